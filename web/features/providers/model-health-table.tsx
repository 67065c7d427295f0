import type { ProviderState } from '@/api/model.ts'
import { Time } from '@/ui/time.tsx'
import classes from '../console/console.module.css'
import { numberText } from '../credits/credits-text.ts'
import { pacesText, rateText, reasonText } from './health-text.ts'
import own from './providers.module.css'

/** The same by model, of those that were called in the last day. */
export function ModelHealthTable({ items }: { items: ProviderState[] }) {
  const models = items.flatMap(({ id, kind, health }) => health.models.map((model) => ({ provider: id, kind, ...model })))
  if (models.length === 0) return <p className={classes.facts}>Nothing was called in the last 24 hours.</p>
  return (
    <div className={own.scroll} tabIndex={0} role="region" aria-label="Calls by model">
      <table className={classes.table}>
        <caption className="visually-hidden">Models and how their calls went</caption>
        <thead>
          <tr>
            <th scope="col">Model</th><th scope="col" data-number>5 min</th><th scope="col" data-number>1 h</th><th scope="col" data-number>24 h</th><th scope="col" data-number>Half · 95 %</th>
            <th scope="col" data-number>Too often</th><th scope="col">Last failure</th>
          </tr>
        </thead>
        <tbody>
          {models.map(({ provider, kind, model, fiveMinutes, hour, day, lastError }) => (
            <tr key={`${provider} ${kind} ${model}`}>
              <td><strong>{model}</strong><small>{provider}</small></td>
              <td data-number data-label="5 min">{rateText(fiveMinutes)}</td>
              <td data-number data-label="1 h">{rateText(hour)}</td>
              <td data-number data-label="24 h">{rateText(day)}</td>
              <td data-number data-label="Half and 95 % within">{pacesText(day)}</td>
              <td data-number data-label="Refused for coming too often">{numberText(day.limited)}</td>
              <td data-label="Last failure">{lastError === null ? '–' : <>{reasonText(lastError.reason)}<small><Time iso={lastError.at} focusable /></small></>}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
