import { useState } from 'react'
import type { ProviderState } from '@/api/model.ts'
import { toProblem } from '@/api/problem.ts'
import { Button } from '@/ui/button.tsx'
import { StatusMark } from '@/ui/status-mark.tsx'
import { Time } from '@/ui/time.tsx'
import { useNow } from '@/ui/use-now.ts'
import classes from '../console/console.module.css'
import { numberText } from '../credits/credits-text.ts'
import { useGiveOrder } from '../queues/use-queues.ts'
import { HealthStrip } from './health-strip.tsx'
import { countdownText, pacesText, rateText, reasonText } from './health-text.ts'
import own from './providers.module.css'

export function HealthTable({ items, may }: { items: ProviderState[]; may: boolean }) {
  return (
    <div className={own.scroll} tabIndex={0} role="region" aria-label="Calls by provider">
      <table className={classes.table}>
        <caption className="visually-hidden">Providers, how their calls went, and what they may be asked</caption>
        <thead>
          <tr>
            <th scope="col">Provider</th><th scope="col">State</th><th scope="col" data-number>5 min</th><th scope="col" data-number>1 h</th><th scope="col" data-number>24 h</th>
            <th scope="col" data-number>Half · 95 %</th><th scope="col" data-number>Too often</th><th scope="col">The last day</th><th scope="col">Last failure</th>
            <th scope="col">Calls under way</th>{may && <th scope="col">Do</th>}
          </tr>
        </thead>
        <tbody>{items.map((provider) => <Row key={`${provider.id} ${provider.kind}`} provider={provider} may={may} />)}</tbody>
      </table>
    </div>
  )
}

function Row({ provider, may }: { provider: ProviderState; may: boolean }) {
  const { id, kind, health, inUse, concurrencyMax, paused, breaker } = provider
  return (
    <tr>
      <td><strong>{id}</strong><small>{kind}</small></td>
      <td data-label="State"><State provider={provider} /></td>
      <td data-number data-label="5 min">{rateText(health.fiveMinutes)}</td>
      <td data-number data-label="1 h">{rateText(health.hour)}</td>
      <td data-number data-label="24 h">{rateText(health.day)}</td>
      <td data-number data-label="Half and 95 % within">{pacesText(health.hour)}</td>
      <td data-number data-label="Refused for coming too often">{numberText(health.day.limited)}</td>
      <td><HealthStrip hours={health.hours} /></td>
      <td data-label="Last failure">{health.lastError === null ? '–' : <>{reasonText(health.lastError.reason)}<small><Time iso={health.lastError.at} focusable /></small></>}</td>
      <td data-label="Calls under way">{inUse ?? '–'} of {concurrencyMax ?? 'any number'}{may && <Limit provider={provider} />}</td>
      {may && <td><Orders id={id} held={paused || breaker !== 'closed'} /></td>}
    </tr>
  )
}

function State({ provider: { paused, pausedUntil, pausedBy, pauseReason, breaker, openUntil } }: { provider: ProviderState }) {
  const countdown = countdownText(paused ? pausedUntil : openUntil, useNow(1_000))
  if (paused) {
    return (
      <>
        <StatusMark tone="warning">paused</StatusMark>
        <small>{pausedUntil === null ? 'until somebody resumes it' : countdown}{pausedBy !== null && `, by ${pausedBy}`}{pauseReason !== null && `: ${pauseReason}`}</small>
      </>
    )
  }
  if (breaker === 'closed') return <StatusMark tone="good">called</StatusMark>
  return <><StatusMark tone="bad">{breaker === 'open' ? 'breaker open' : 'trying one call'}</StatusMark>{countdown !== null && <small>{countdown}</small>}</>
}

function Limit({ provider: { id, kind, concurrencyMax } }: { provider: ProviderState }) {
  const order = useGiveOrder()
  const [typed, setTyped] = useState('')
  const wanted = /^\d{1,5}$/.test(typed) && Number(typed) >= 1 && Number(typed) <= 10_000 ? Number(typed) : null
  const set = (value: number | null) => order.mutate({ what: 'limit', provider: id, kind: kind === 'video' ? 'video' : 'image', concurrencyMax: value }, { onSuccess: () => setTyped('') })
  return (
    <form className={own.limit} onSubmit={(event) => { event.preventDefault(); if (wanted !== null) set(wanted) }}>
      <input className={classes.number} inputMode="numeric" placeholder={concurrencyMax === null ? 'limit' : String(concurrencyMax)} aria-label={`Calls of ${id} at a time, ${kind}`} value={typed} onChange={(event) => setTyped(event.currentTarget.value)} />
      <Button type="submit" variant="plain" size="small" disabled={wanted === null}>Set</Button>
      {concurrencyMax !== null && <Button variant="plain" size="small" onClick={() => set(null)}>No limit</Button>}
      {order.isError && <small role="alert" className={classes.warning}>{toProblem(order.error).message}</small>}
    </form>
  )
}

function Orders({ id, held }: { id: string; held: boolean }) {
  const order = useGiveOrder()
  return (
    <div className={classes.actions}>
      <Button variant="plain" size="small" loading={order.isPending} aria-label={`${held ? 'Resume' : 'Pause'} ${id}`} title="All its kinds together" onClick={() => order.mutate({ what: held ? 'resume' : 'pause', provider: id })}>{held ? 'Resume' : 'Pause'}</Button>
      {order.isError && <small role="alert" className={classes.warning}>{toProblem(order.error).message}</small>}
    </div>
  )
}
