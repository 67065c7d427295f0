'use client'

import { lazy, Suspense, useEffect, useState } from 'react'
import type { ImageModel } from '@/api/model.ts'
import { toProblem, type Problem } from '@/api/problem.ts'
import { Button } from '@/ui/button.tsx'
import { Notice } from '@/ui/notice.tsx'
import { extras } from '../catalog/model-text.ts'
import { exactSize, lacksResolution, resolutions, shapes, sizeText } from '../catalog/shapes.ts'
import { useImageModels } from '../catalog/use-models.ts'
import type { PictureField } from '../inputs/picture-field.ts'
import type { Draft } from './draft.ts'
import { useQuote } from './quote.ts'
import { SENDING_PICTURES, SpendBar } from './spend-bar.tsx'
import type { Order } from './submit.ts'

/** Neither is shown before the models are known, so neither need be there before: they come while those are asked for. */
const loadSettings = () => import('./prompt-settings.tsx')
const loadPictures = () => import('../inputs/picture-fields.tsx')
const PromptSettings = lazy(async () => ({ default: (await loadSettings()).PromptSettings }))
const PictureFields = lazy(async () => ({ default: (await loadPictures()).PictureFields }))

interface PromptBarProps {
  draft: Draft
  change: (part: Partial<Draft>) => void
  order: (order: Order) => void
  sending: boolean
  problem: Problem | null
}

/** Where pictures are asked for. */
export function PromptBar({ draft, change, order, sending, problem }: PromptBarProps) {
  const [busy, setBusy] = useState(false)
  useEffect(() => void Promise.all([loadSettings(), loadPictures()]).catch(() => undefined), [])
  const models = useImageModels()
  const model = models.data?.find(({ id }) => id === draft.model) ?? models.data?.[0]
  const settled = model === undefined ? draft : fit(draft, model)
  const promptMax = model?.limits.promptCharacters.max
  const prompt = draft.prompt.trim()
  const wanted = model === undefined || prompt === '' || draft.prompt.length > (promptMax ?? 0)
    ? null
    : { kind: 'image' as const, model: model.id, input: { prompt, n: settled.n, size: sizeOf(settled, model), ...extrasOf(settled), ...(settled.references.length === 0 ? {} : { referenceImages: settled.references }) } }
  const quote = useQuote(wanted)

  if (models.isError) return <Notice title="The models could not be read" actions={<Button size="small" onClick={() => void models.refetch()}>Try again</Button>}><p>{toProblem(models.error).message}</p></Notice>
  if (models.data?.length === 0) return <Notice title="No image model is available"><p>This installation has no model that can be asked right now.</p></Notice>
  return (
    <SpendBar
      placeholder="Describe the picture"
      prompt={draft.prompt}
      changePrompt={(text) => change({ prompt: text })}
      promptMax={promptMax}
      wanted={wanted}
      what={`${settled.n} ${settled.n === 1 ? 'image' : 'images'} by ${model?.name ?? ''}`}
      price={model === undefined ? null : (quote?.credits ?? model.price.credits * settled.n)}
      quote={quote}
      settings={model !== undefined && <Suspense><PromptSettings draft={settled} change={change} model={model} models={models.data ?? []} /></Suspense>}
      pictures={model !== undefined && <Suspense><PictureFields fields={[referencesOf(draft, change, model)]} problem={problem} onBusy={setBusy} /></Suspense>}
      hold={busy ? SENDING_PICTURES : null}
      summary={{ short: `${settled.n} · ${settled.shape}`, long: `${settled.n} · ${settled.shape} · ${settled.preset}` }}
      order={order}
      sending={sending}
    />
  )
}

function referencesOf({ references }: Draft, change: PromptBarProps['change'], { name, limits }: ImageModel): PictureField {
  const { max } = limits.referenceImages
  const reason = max === 0 ? `${name} makes pictures from words alone.` : null
  return { id: 'referenceImages', label: 'Reference pictures', names: references.slice(0, max), max, reason, change: (names) => change({ references: names }) }
}

/** The draft as this model can make it. The person's own wish stays in the draft for another model. */
function fit(draft: Draft, { limits }: ImageModel): Draft {
  const offered = resolutions.filter((resolution) => lacksResolution(resolution, limits.size) === null)
  const preset = offered.find((resolution) => resolution === draft.preset) ?? offered[0] ?? '1K'
  const n = Math.min(Math.max(draft.n, limits.n.min), limits.n.max)
  const shape = shapes.find(({ id }) => id === draft.shape) ?? shapes[0]
  const taken = Object.fromEntries(extras.map(({ field, of }) => [field, limits[of].includes(draft[field]) ? draft[field] : '']))
  const references = draft.references.slice(0, limits.referenceImages.max)
  return { ...draft, ...taken, references, n, preset, shape: exactSize(shape, preset, limits.size) === null ? '1:1' : shape.id }
}

/** What was chosen of what not every model takes. */
function extrasOf(draft: Draft): Partial<Record<'outputFormat' | 'background' | 'quality', string>> {
  return Object.fromEntries(extras.filter(({ field }) => draft[field] !== '').map(({ field }) => [field, draft[field]]))
}

function sizeOf(draft: Draft, { limits }: ImageModel): string {
  const shape = shapes.find(({ id }) => id === draft.shape) ?? shapes[0]
  const size = exactSize(shape, draft.preset, limits.size)
  return size === null ? draft.preset : sizeText(size)
}
