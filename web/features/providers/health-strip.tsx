import type { HealthHour } from '@/api/model.ts'
import { dayText, hourText, toneOf } from './health-text.ts'
import classes from './providers.module.css'

/** A day by the hour, the current one last. What the colours say is told when pointed at, and as a sentence to whoever cannot see them. */
export function HealthStrip({ hours }: { hours: HealthHour[] }) {
  return (
    <div className={classes.strip} role="img" aria-label={dayText(hours)}>
      {hours.map((hour) => <i key={hour.at} data-tone={toneOf(hour)} title={hourText(hour)} />)}
    </div>
  )
}
