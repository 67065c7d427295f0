'use client'

import { useState, type FormEvent, type KeyboardEvent, type ReactNode } from 'react'
import type { Quote } from '@/api/model.ts'
import { Button } from '@/ui/button.tsx'
import { Hint } from '@/ui/hint.tsx'
import { IconSettings, IconSparkles } from '@/ui/icons.ts'
import { creditsText, generateLabel, numberText, shortfallText } from '../credits/credits-text.ts'
import { useCredits } from '../credits/use-credits.ts'
import { PriceLines } from './price-lines.tsx'
import classes from './prompt-bar.module.css'
import type { Wanted } from './quote-life.ts'
import type { Order } from './submit.ts'

export const SENDING_PICTURES = 'Pictures are on their way.'

interface SpendBarProps {
  placeholder: string
  prompt: string
  changePrompt: (prompt: string) => void
  /** How long a prompt the model reads; undefined until there is a model. */
  promptMax: number | undefined
  /** What a press would order; null while there is nothing to order. */
  wanted: Wanted | null
  /** What is wanted, in words. */
  what: string
  /** Null while there is no model. */
  price: number | null
  quote: Quote | undefined
  settings: ReactNode
  /** The pictures to work from. */
  pictures?: ReactNode
  /** Why nothing may be ordered just now, in words; null when it may. */
  hold?: string | null
  /** The settings in a few signs, and in words. */
  summary: { short: string; long: string }
  order: (order: Order) => void
  sending: boolean
}

/** The one place that spends. The number on the button is the server's, and the number that will be held. */
export function SpendBar({ placeholder, prompt, changePrompt, promptMax, wanted, what, price, quote, settings, pictures, hold = null, summary, order, sending }: SpendBarProps) {
  const credits = useCredits()
  const [open, setOpen] = useState(false)
  const [early, setEarly] = useState(false)
  const over = promptMax !== undefined && prompt.length > promptMax
  const shortfall = price === null ? null : shortfallText(price, credits.data?.available)
  const warning = over
    ? `The prompt is ${numberText(prompt.length)} characters long; this model reads ${numberText(promptMax)}.`
    : shortfall ?? hold ?? (early && price === null ? 'The price is on its way: nothing was ordered.' : null)
  const blocked = price === null || warning !== null

  const send = () => {
    setEarly(price === null)
    if (blocked || sending) return
    if (wanted === null) return document.querySelector<HTMLElement>('[data-slash]')?.focus()
    setOpen(false)
    order({ ...wanted, seen: price })
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    send()
  }
  const press = (event: KeyboardEvent) => {
    if (event.key === 'Enter' && (event.metaKey || event.ctrlKey) && !event.repeat) send()
  }

  return (
    <form className={classes.bar} onSubmit={submit} aria-label="New generation">
      <label className="visually-hidden" htmlFor="prompt">Prompt</label>
      <textarea
        id="prompt"
        className={classes.prompt}
        rows={2}
        placeholder={placeholder}
        value={prompt}
        onChange={(event) => changePrompt(event.currentTarget.value)}
        onKeyDown={press}
        aria-invalid={over}
        aria-describedby="spend"
        data-slash
      />
      {pictures !== undefined && <div className={classes.pictures}>{pictures}</div>}
      <div className={classes.lower}>
        <div className={classes.settings} id="settings" data-open={open}>{settings}</div>
        <div className={classes.foot}>
          <Button className={classes.toggle} variant="plain" aria-expanded={open} aria-controls="settings" aria-label={`Settings: ${summary.long}`} icon={<IconSettings size={16} aria-hidden />} disabled={price === null} onClick={() => setOpen(!open)}>
            {summary.short}
          </Button>
          <p id="spend" className={classes.spend} data-warning={warning !== null}>
            {warning ?? balanceText(credits.data)}
          </p>
          <Hint className={classes.price} hint={price !== null && <PriceLines what={what} price={price} quote={quote} />}>
            {(hint) => (
              <Button type="submit" className={classes.generate} loading={sending} disabled={blocked} aria-describedby={hint} icon={<IconSparkles size={16} aria-hidden />}>
                {price === null ? 'Generate' : generateLabel(price)}
              </Button>
            )}
          </Hint>
        </div>
      </div>
    </form>
  )
}

function balanceText(credits: { available: number; held: number } | undefined): string {
  if (credits === undefined) return '\u00a0'
  const available = `${creditsText(credits.available)} available`
  return credits.held > 0 ? `${available} · ${numberText(credits.held)} held` : available
}
