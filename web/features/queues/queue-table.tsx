import { useState } from 'react'
import type { QueueState } from '@/api/model.ts'
import { toProblem } from '@/api/problem.ts'
import { Button } from '@/ui/button.tsx'
import { StatusMark } from '@/ui/status-mark.tsx'
import classes from '../console/console.module.css'
import { numberText } from '../credits/credits-text.ts'
import { rateText, stretchText } from './queue-text.ts'
import { useGiveOrder } from './use-queues.ts'

export function QueueTable({ items, may }: { items: QueueState[]; may: boolean }) {
  return (
    <table className={classes.table}>
      <caption className="visually-hidden">Queues and what waits in them</caption>
      <thead>
        <tr>
          <th scope="col">Queue</th><th scope="col" data-number>Waiting</th><th scope="col" data-number>Oldest</th><th scope="col" data-number>In</th><th scope="col" data-number>Out</th>
          <th scope="col" data-number>Empty in</th><th scope="col" data-number>Places</th>{may && <th scope="col">Do</th>}
        </tr>
      </thead>
      <tbody>{items.map((queue) => <Row key={queue.name} queue={queue} may={may} />)}</tbody>
    </table>
  )
}

function Row({ queue, may }: { queue: QueueState; may: boolean }) {
  const { name, paused, queued, oldestSeconds, rates, drainSeconds, workers, places, concurrencyMax } = queue
  const waiting = queued.interactive + queued.bulk
  return (
    <tr>
      <td><strong>{name}</strong> <StatusMark tone={paused ? 'warning' : 'good'}>{paused ? 'paused' : 'open'}</StatusMark></td>
      <td data-number data-label="Waiting">{numberText(waiting)}{queued.bulk > 0 && <small>{numberText(queued.bulk)} in bulk</small>}</td>
      <td data-number data-label="Oldest">{stretchText(oldestSeconds)}</td>
      <td data-number data-label="In">{rateText(rates.in)}</td>
      <td data-number data-label="Out">{rateText(rates.out)}</td>
      <td data-number data-label="Empty in">{waiting === 0 ? 'empty' : stretchText(drainSeconds)}</td>
      <td data-number data-label="Places">{places}<small>{workers === 1 ? '1 worker' : `${workers} workers`}{concurrencyMax !== null && `, ${concurrencyMax} each`}</small></td>
      {may && <td><Orders queue={queue} /></td>}
    </tr>
  )
}

function Orders({ queue: { name, paused, concurrencyMax } }: { queue: QueueState }) {
  const order = useGiveOrder()
  const [typed, setTyped] = useState('')
  const wanted = /^\d{1,4}$/.test(typed) && Number(typed) >= 1 && Number(typed) <= 1_000 ? Number(typed) : null
  const set = (value: number | null) => order.mutate({ what: 'concurrency', queue: name, concurrencyMax: value }, { onSuccess: () => setTyped('') })
  return (
    <form className={classes.actions} onSubmit={(event) => { event.preventDefault(); if (wanted !== null) set(wanted) }}>
      <Button variant="plain" size="small" loading={order.isPending} aria-label={`${paused ? 'Resume' : 'Pause'} ${name}`} onClick={() => order.mutate({ what: paused ? 'resume' : 'pause', queue: name })}>{paused ? 'Resume' : 'Pause'}</Button>
      <input className={classes.number} inputMode="numeric" placeholder={concurrencyMax === null ? 'places' : String(concurrencyMax)} aria-label={`Places of ${name} in each worker`} value={typed} onChange={(event) => setTyped(event.currentTarget.value)} />
      <Button type="submit" variant="plain" size="small" disabled={wanted === null}>Set</Button>
      {concurrencyMax !== null && <Button variant="plain" size="small" onClick={() => set(null)}>As set up</Button>}
      {order.isError && <small role="alert" className={classes.warning}>{toProblem(order.error).message}</small>}
    </form>
  )
}
