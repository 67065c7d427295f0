'use client'

import type { ImageModel } from '@/api/model.ts'
import { toProblem } from '@/api/problem.ts'
import { Button } from '@/ui/button.tsx'
import { Notice } from '@/ui/notice.tsx'
import { extras } from '../catalog/model-text.ts'
import { exactSize, lacksResolution, resolutions, shapes, sizeText } from '../catalog/shapes.ts'
import { useImageModels } from '../catalog/use-models.ts'
import type { Draft } from './draft.ts'
import { PromptSettings } from './prompt-settings.tsx'
import { useQuote } from './quote.ts'
import { SpendBar } from './spend-bar.tsx'
import type { Order } from './submit.ts'

interface PromptBarProps {
  draft: Draft
  change: (part: Partial<Draft>) => void
  order: (order: Order) => void
  sending: boolean
}

/** Where pictures are asked for. */
export function PromptBar({ draft, change, order, sending }: PromptBarProps) {
  const models = useImageModels()
  const model = models.data?.find(({ id }) => id === draft.model) ?? models.data?.[0]
  const settled = model === undefined ? draft : fit(draft, model)
  const promptMax = model?.limits.promptCharacters.max
  const prompt = draft.prompt.trim()
  const wanted = model === undefined || prompt === '' || draft.prompt.length > (promptMax ?? 0)
    ? null
    : { kind: 'image' as const, model: model.id, input: { prompt, n: settled.n, size: sizeOf(settled, model), ...extrasOf(settled) } }
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
      settings={model !== undefined && <PromptSettings draft={settled} change={change} model={model} models={models.data ?? []} />}
      summary={{ short: `${settled.n} · ${settled.shape}`, long: `${settled.n} · ${settled.shape} · ${settled.preset}` }}
      order={order}
      sending={sending}
    />
  )
}

/** The draft as this model can make it. The person's own wish stays in the draft for another model. */
function fit(draft: Draft, { limits }: ImageModel): Draft {
  const offered = resolutions.filter((resolution) => lacksResolution(resolution, limits.size) === null)
  const preset = offered.find((resolution) => resolution === draft.preset) ?? offered[0] ?? '1K'
  const n = Math.min(Math.max(draft.n, limits.n.min), limits.n.max)
  const shape = shapes.find(({ id }) => id === draft.shape) ?? shapes[0]
  const taken = Object.fromEntries(extras.map(({ field, of }) => [field, limits[of].includes(draft[field]) ? draft[field] : '']))
  return { ...draft, ...taken, n, preset, shape: exactSize(shape, preset, limits.size) === null ? '1:1' : shape.id }
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
