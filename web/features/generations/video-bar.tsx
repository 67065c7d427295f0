'use client'

import { lazy, Suspense, useState } from 'react'
import { toProblem, type Problem } from '@/api/problem.ts'
import { Button } from '@/ui/button.tsx'
import { Notice } from '@/ui/notice.tsx'
import { priceOf } from '../catalog/price.ts'
import { useLockedVideoModels, useVideoModels } from '../catalog/use-models.ts'
import { sizeLabel } from '../catalog/video-text.ts'
import classes from './prompt-bar.module.css'
import { useQuote } from './quote.ts'
import { SENDING_PICTURES, SpendBar } from './spend-bar.tsx'
import type { Order } from './submit.ts'
import type { VideoDraft } from './video-draft.ts'
import { fitVideo } from './video-fit.ts'
import { picturesOf, videoFields } from './video-pictures.ts'
import { VideoSettings } from './video-settings.tsx'

const PictureFields = lazy(async () => ({ default: (await import('../inputs/picture-fields.tsx')).PictureFields }))

interface VideoBarProps {
  draft: VideoDraft
  change: (part: Partial<VideoDraft>) => void
  order: (order: Order) => void
  sending: boolean
  problem: Problem | null
}

/** Where videos are asked for. */
export function VideoBar({ draft, change, order, sending, problem }: VideoBarProps) {
  const [busy, setBusy] = useState(false)
  const models = useVideoModels()
  const locked = useLockedVideoModels().data ?? []
  const model = models.data?.find(({ id }) => id === draft.model) ?? models.data?.[0]
  const promptMax = model?.limits.promptCharacters.max
  const prompt = draft.prompt.trim()
  const settings = model === undefined ? null : fitVideo(draft, model)
  const fields = model === undefined ? [] : videoFields(draft, change, model)
  const wanted = model === undefined || settings === null || prompt === '' || draft.prompt.length > (promptMax ?? 0)
    ? null
    : { kind: 'video' as const, model: model.id, input: { prompt, ...settings, ...picturesOf(fields) } }
  const quote = useQuote(wanted)

  if (models.isError) return <Notice title="The models could not be read" actions={<Button size="small" onClick={() => void models.refetch()}>Try again</Button>}><p>{toProblem(models.error).message}</p></Notice>
  if (models.data?.length === 0) return <Notice title="No video model is available"><p>{locked.some(({ status }) => status === 'unconfigured') ? 'No provider of videos is set up in this installation. Its operator has to give a key.' : 'This installation has no model that can be asked right now.'}</p></Notice>
  const words = settings === null ? '' : `${settings.durationSeconds} s · ${settings.aspectRatio ?? sizeLabel(settings.resolution)}`
  return (
    <SpendBar
      placeholder="Describe the scene and what happens in it"
      prompt={draft.prompt}
      changePrompt={(text) => change({ prompt: text })}
      promptMax={promptMax}
      wanted={wanted}
      what={settings === null ? '' : `${settings.durationSeconds} seconds of video by ${model?.name} at ${settings.resolution}`}
      price={model === undefined || settings === null ? null : (quote?.credits ?? priceOf(model, { prompt, ...settings }))}
      quote={quote}
      settings={model !== undefined && settings !== null && <VideoSettings draft={draft} settings={settings} change={change} model={model} models={models.data ?? []} locked={locked} />}
      pictures={<div className={classes.frames}>{fields.length > 0 && <Suspense><PictureFields fields={fields} problem={problem} onBusy={setBusy} /></Suspense>}</div>}
      hold={busy ? SENDING_PICTURES : null}
      summary={{ short: words, long: settings === null ? '' : `${words}${settings.aspectRatio === undefined ? '' : ` · ${settings.resolution}`}` }}
      order={order}
      sending={sending}
    />
  )
}
