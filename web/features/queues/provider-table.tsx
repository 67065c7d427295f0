import type { ProviderState } from '@/api/model.ts'
import { toProblem } from '@/api/problem.ts'
import { Button } from '@/ui/button.tsx'
import { StatusMark } from '@/ui/status-mark.tsx'
import { Time } from '@/ui/time.tsx'
import classes from '../console/console.module.css'
import { useGiveOrder } from './use-queues.ts'

export function ProviderTable({ items, may }: { items: ProviderState[]; may: boolean }) {
  return (
    <table className={classes.table}>
      <caption className="visually-hidden">Providers and whether they are called</caption>
      <thead>
        <tr><th scope="col">Provider</th><th scope="col">State</th><th scope="col" data-number>Calls under way</th><th scope="col" data-number>Faults</th>{may && <th scope="col">Do</th>}</tr>
      </thead>
      <tbody>{items.map((provider) => <Row key={`${provider.id} ${provider.kind}`} provider={provider} may={may} />)}</tbody>
    </table>
  )
}

function Row({ provider, may }: { provider: ProviderState; may: boolean }) {
  const { id, kind, paused, pausedUntil, pausedBy, pauseReason, breaker, openUntil, inUse, concurrencyMax, faults } = provider
  return (
    <tr>
      <td><strong>{id}</strong><small>{kind}</small></td>
      <td data-label="State">
        {paused ? <StatusMark tone="warning">paused</StatusMark> : breaker === 'closed' ? <StatusMark tone="good">called</StatusMark> : <StatusMark tone="bad">{breaker === 'open' ? 'breaker open' : 'trying one call'}</StatusMark>}
        {paused && <small>{pausedUntil === null ? 'until somebody resumes it' : <>until <Time iso={pausedUntil} focusable /></>}{pausedBy !== null && `, by ${pausedBy}`}{pauseReason !== null && `: ${pauseReason}`}</small>}
        {!paused && openUntil !== null && <small>until <Time iso={openUntil} focusable /></small>}
      </td>
      <td data-number data-label="Calls under way">{inUse ?? '–'} of {concurrencyMax ?? 'any number'}</td>
      <td data-number data-label="Faults">{faults}</td>
      {may && <td><Orders id={id} held={paused || breaker !== 'closed'} /></td>}
    </tr>
  )
}

function Orders({ id, held }: { id: string; held: boolean }) {
  const order = useGiveOrder()
  return (
    <div className={classes.actions}>
      <Button variant="plain" size="small" loading={order.isPending} aria-label={`${held ? 'Resume' : 'Pause'} ${id}`} onClick={() => order.mutate({ what: held ? 'resume' : 'pause', provider: id })}>{held ? 'Resume' : 'Pause'}</Button>
      {order.isError && <small role="alert" className={classes.warning}>{toProblem(order.error).message}</small>}
    </div>
  )
}
