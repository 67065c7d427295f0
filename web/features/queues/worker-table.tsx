import type { WorkerState } from '@/api/model.ts'
import { toProblem } from '@/api/problem.ts'
import { Button } from '@/ui/button.tsx'
import { StatusMark } from '@/ui/status-mark.tsx'
import { Time } from '@/ui/time.tsx'
import classes from '../console/console.module.css'
import { megabytes } from './queue-text.ts'
import { useGiveOrder } from './use-queues.ts'

const tones = { running: 'good', draining: 'warning', lost: 'bad' } as const
/** Of what a worker has in hand, as much as can be read at a glance. */
const SHOWN_MAX = 5

export function WorkerTable({ items, may }: { items: WorkerState[]; may: boolean }) {
  return (
    <table className={classes.table}>
      <caption className="visually-hidden">Worker processes and what they have in hand</caption>
      <thead>
        <tr><th scope="col">Process</th><th scope="col">Places</th><th scope="col">In hand</th><th scope="col" data-number>Memory</th><th scope="col" data-number>Lag</th><th scope="col">Last beat</th>{may && <th scope="col">Do</th>}</tr>
      </thead>
      <tbody>{items.map((worker) => <Row key={worker.id} worker={worker} may={may} />)}</tbody>
    </table>
  )
}

function Row({ worker, may }: { worker: WorkerState; may: boolean }) {
  const { host, pid, version, state, lanes, generations, memoryBytes, eventLoopLagMs, beatAt } = worker
  const places = Object.entries(lanes).map(([lane, count]) => `${lane} ${count}`).join(', ')
  return (
    <tr>
      <td><strong>{host}:{pid}</strong> <StatusMark tone={tones[state]}>{state}</StatusMark><small>version {version}</small></td>
      <td data-label="Places">{places === '' ? 'none' : places}</td>
      <td data-label="In hand">
        {generations.length === 0 ? 'nothing' : `${generations.length} ${generations.length === 1 ? 'generation' : 'generations'}`}
        {generations.slice(0, SHOWN_MAX).map(({ id, leaseToken, leaseExpiresAt }) => <small key={id}><code>…{id.slice(-12)}</code> token {leaseToken}, lease <Time iso={leaseExpiresAt} /></small>)}
        {generations.length > SHOWN_MAX && <small>and {generations.length - SHOWN_MAX} more</small>}
      </td>
      <td data-number data-label="Memory">{megabytes(memoryBytes)}</td>
      <td data-number data-label="Lag">{Math.round(eventLoopLagMs)} ms</td>
      <td data-label="Last beat"><Time iso={beatAt} focusable /></td>
      {may && <td>{state === 'running' && <Drain id={worker.id} name={`${host}:${pid}`} />}</td>}
    </tr>
  )
}

function Drain({ id, name }: { id: string; name: string }) {
  const order = useGiveOrder()
  return (
    <div className={classes.actions}>
      <Button variant="plain" size="small" loading={order.isPending} aria-label={`Drain ${name}`} title="It finishes what it has and takes nothing more, until its process ends" onClick={() => order.mutate({ what: 'drain', worker: id })}>Drain</Button>
      {order.isError && <small role="alert" className={classes.warning}>{toProblem(order.error).message}</small>}
    </div>
  )
}
