import type { Quote } from '@/api/model.ts'
import { creditsText } from '../credits/credits-text.ts'
import classes from './prompt-bar.module.css'

interface PriceLinesProps {
  /** In words. */
  what: string
  price: number
  quote: Quote | undefined
}

/** What the number on the button is made of: the server's lines, or until they are there the catalogue's. */
export function PriceLines({ what: wanted, price, quote }: PriceLinesProps) {
  const lines = quote?.lines ?? [{ what: wanted, credits: price }]
  return (
    <>
      <ul className={classes.lines}>
        {lines.map(({ what, credits }) => (
          <li key={what}>
            <span>{what}</span> <strong>{creditsText(credits)}</strong>
          </li>
        ))}
      </ul>
      <p>Held when you press. You pay only for what arrives.</p>
    </>
  )
}
