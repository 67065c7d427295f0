import type { Generation } from '@/api/model.ts'
import { chargedText, creditsText } from '../credits/credits-text.ts'
import classes from './detail.module.css'
import { countOf, isEnded } from './progress.ts'

/** The money of one generation from left to right: held at the start, taken for what came, released for the rest. */
export function MoneyLine({ generation }: { generation: Generation }) {
  const { credits } = generation
  const ended = isEnded(generation.status)
  const count = countOf(generation)
  // What was removed was delivered, and how much of it is not known any more.
  const removed = generation.outputsRemovedAt !== null
  const steps = [
    // A hold is empty once it has ended; what it was is what became of it.
    { name: 'Held', value: ended ? credits.captured + credits.released : credits.held, note: credits.waived ? 'tried again at no cost' : `${generation.input.durationSeconds === undefined ? count : `${generation.input.durationSeconds} s`} × ${creditsText(credits.price)}` },
    { name: 'Taken', value: credits.captured, note: ended ? `for ${removed ? 'what was' : generation.outputs.length} delivered${credits.chargedPrice < credits.price ? `, at ${creditsText(credits.chargedPrice)} each` : ''}` : 'when it ends' },
    { name: 'Returned', value: credits.released, note: ended ? `for ${removed ? 'what was' : count - generation.outputs.length} not delivered` : 'when it ends' },
  ]
  return (
    <section className={classes.panel} aria-labelledby="money">
      <h2 id="money">Credits</h2>
      <ol className={classes.money}>
        {steps.map(({ name, value, note }) => (
          <li key={name}>
            <span>{name}</span>
            <strong>{ended || name === 'Held' ? value : '–'}</strong>
            <small>{note}</small>
          </li>
        ))}
      </ol>
      <p className={classes.muted}>Were you charged? {chargedText(generation.charged)}</p>
    </section>
  )
}
