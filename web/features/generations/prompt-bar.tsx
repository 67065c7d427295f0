'use client'

import { useState, type FormEvent, type KeyboardEvent } from 'react'
import type { ImageModel } from '@/api/model.ts'
import { toProblem } from '@/api/problem.ts'
import { Button } from '@/ui/button.tsx'
import { Hint } from '@/ui/hint.tsx'
import { IconSettings, IconSparkles } from '@/ui/icons.ts'
import { Notice } from '@/ui/notice.tsx'
import { exactSize, shapes, sizeText } from '../catalog/shapes.ts'
import { useImageModels } from '../catalog/use-models.ts'
import { creditsText, generateLabel, numberText, shortfallText } from '../credits/credits-text.ts'
import { useCredits } from '../credits/use-credits.ts'
import type { Draft } from './draft.ts'
import { PriceLines } from './price-lines.tsx'
import classes from './prompt-bar.module.css'
import { PromptSettings } from './prompt-settings.tsx'
import { useQuote } from './quote.ts'
import type { Order } from './submit.ts'

interface PromptBarProps {
  draft: Draft
  change: (part: Partial<Draft>) => void
  order: (order: Order) => void
  sending: boolean
}

/** The one place that spends. The number on the button is the server's, and the number that will be held. */
export function PromptBar({ draft, change, order, sending }: PromptBarProps) {
  const models = useImageModels()
  const credits = useCredits()
  const [open, setOpen] = useState(false)
  const model = models.data?.find(({ id }) => id === draft.model) ?? models.data?.[0]
  const settled = model === undefined ? draft : fit(draft, model)
  const over = model !== undefined && draft.prompt.length > model.limits.promptCharacters.max
  const prompt = draft.prompt.trim()
  const wanted = model === undefined || prompt === '' || over ? null : { model: model.id, input: { prompt, n: settled.n, size: sizeOf(settled, model) } }
  const quote = useQuote(wanted)
  const price = model === undefined ? null : (quote?.credits ?? model.price.credits * settled.n)
  const shortfall = price === null ? null : shortfallText(price, credits.data?.available)
  const blocked = price === null || shortfall !== null || over

  const send = () => {
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
    if (event.key === 'Enter' && (event.metaKey || event.ctrlKey)) send()
  }

  if (models.isError) return <Notice title="The models could not be read" actions={<Button size="small" onClick={() => void models.refetch()}>Try again</Button>}><p>{toProblem(models.error).message}</p></Notice>
  if (models.data?.length === 0) return <Notice title="No image model is available"><p>This installation has no model that can be asked right now.</p></Notice>
  return (
    <form className={classes.bar} onSubmit={submit} aria-label="New generation">
      <label className="visually-hidden" htmlFor="prompt">Prompt</label>
      <textarea
        id="prompt"
        className={classes.prompt}
        rows={2}
        placeholder="Describe the picture"
        value={draft.prompt}
        onChange={(event) => change({ prompt: event.currentTarget.value })}
        onKeyDown={press}
        aria-invalid={over}
        aria-describedby="spend"
        data-slash
      />
      <div className={classes.lower}>
        <div className={classes.settings} id="settings" data-open={open}>
          {model !== undefined && <PromptSettings draft={settled} change={change} model={model} models={models.data ?? []} />}
        </div>
        <div className={classes.foot}>
          <Button className={classes.toggle} variant="plain" aria-expanded={open} aria-controls="settings" aria-label={`Settings: ${settled.n} · ${settled.shape} · ${settled.preset}`} icon={<IconSettings size={16} aria-hidden />} onClick={() => setOpen(!open)}>
            {settled.n} · {settled.shape}
          </Button>
          <p id="spend" className={classes.spend} data-warning={shortfall !== null || over}>
            {over ? `The prompt is ${numberText(draft.prompt.length)} characters long; this model reads ${numberText(model.limits.promptCharacters.max)}.` : shortfall ?? balanceText(credits.data)}
          </p>
          <Hint className={classes.price} hint={model !== undefined && price !== null && <PriceLines model={model} count={settled.n} price={price} quote={quote} />}>
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

/** The draft as this model can make it. The person's own wish stays in the draft for another model. */
function fit(draft: Draft, { limits }: ImageModel): Draft {
  const preset = limits.size.presets.includes(draft.preset) ? draft.preset : (limits.size.presets[0] ?? '1K')
  const n = Math.min(Math.max(draft.n, limits.n.min), limits.n.max)
  const shape = shapes.find(({ id }) => id === draft.shape) ?? shapes[0]
  return { ...draft, n, preset, shape: exactSize(shape, preset, limits.size) === null ? '1:1' : shape.id }
}

function sizeOf(draft: Draft, { limits }: ImageModel): string {
  const shape = shapes.find(({ id }) => id === draft.shape) ?? shapes[0]
  const size = exactSize(shape, draft.preset, limits.size)
  return size === null ? draft.preset : sizeText(size)
}

function balanceText(credits: { available: number; held: number } | undefined): string {
  if (credits === undefined) return '\u00a0'
  const available = `${creditsText(credits.available)} available`
  return credits.held > 0 ? `${available} · ${numberText(credits.held)} held` : available
}
