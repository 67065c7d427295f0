'use client'

import { lazy, Suspense, useState } from 'react'
import type { VideoModel } from '@/api/model.ts'
import { toProblem, type Problem } from '@/api/problem.ts'
import { Button } from '@/ui/button.tsx'
import { Choice } from '@/ui/choice.tsx'
import { Notice } from '@/ui/notice.tsx'
import { Select } from '@/ui/select.tsx'
import { Toggle } from '@/ui/toggle.tsx'
import { priceOf } from '../catalog/price.ts'
import { useVideoModels } from '../catalog/use-models.ts'
import { creditsText } from '../credits/credits-text.ts'
import { useQuote } from './quote.ts'
import { SENDING_PICTURES, SpendBar } from './spend-bar.tsx'
import type { Order } from './submit.ts'
import type { VideoDraft } from './video-draft.ts'
import { picturesOf, videoFields } from './video-pictures.ts'

const PictureFields = lazy(async () => ({ default: (await import('../inputs/picture-fields.tsx')).PictureFields }))

interface VideoBarProps {
  draft: VideoDraft
  change: (part: Partial<VideoDraft>) => void
  order: (order: Order) => void
  sending: boolean
  problem: Problem | null
}

/** Where videos are asked for: how long, in which shape, how sharp, with sound or without. */
export function VideoBar({ draft, change, order, sending, problem }: VideoBarProps) {
  const [busy, setBusy] = useState(false)
  const models = useVideoModels()
  const model = models.data?.find(({ id }) => id === draft.model) ?? models.data?.[0]
  const promptMax = model?.limits.promptCharacters.max
  const prompt = draft.prompt.trim()
  const settings = model === undefined ? null : fit(draft, model)
  const fields = model === undefined ? [] : videoFields(draft, change, model)
  const wanted = model === undefined || settings === null || prompt === '' || draft.prompt.length > (promptMax ?? 0)
    ? null
    : { kind: 'video' as const, model: model.id, input: { prompt, ...settings, ...picturesOf(fields) } }
  const quote = useQuote(wanted)

  if (models.isError) return <Notice title="The models could not be read" actions={<Button size="small" onClick={() => void models.refetch()}>Try again</Button>}><p>{toProblem(models.error).message}</p></Notice>
  if (models.data?.length === 0) return <Notice title="No video model is available"><p>This installation has no model that can be asked right now.</p></Notice>
  const words = settings === null ? '' : `${settings.durationSeconds} s · ${settings.aspectRatio}`
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
      settings={model !== undefined && settings !== null && <VideoSettings settings={settings} change={change} model={model} models={models.data ?? []} />}
      pictures={fields.length > 0 && <Suspense><PictureFields fields={fields} problem={problem} onBusy={setBusy} /></Suspense>}
      hold={busy ? SENDING_PICTURES : null}
      summary={{ short: words, long: settings === null ? '' : `${words} · ${settings.resolution}` }}
      order={order}
      sending={sending}
    />
  )
}

interface Settings {
  durationSeconds: number
  aspectRatio: string
  resolution: string
  generateAudio?: boolean
}

/** The draft as this model can make it. The person's own wish stays in the draft for another model. */
function fit(draft: VideoDraft, { limits }: VideoModel): Settings {
  const { durationSeconds: seconds, aspectRatio, resolution, audio } = limits
  const one = (wish: string | null, choice: { default: string; values: string[] }) => (wish !== null && choice.values.includes(wish) ? wish : choice.default)
  return {
    durationSeconds: Math.min(Math.max(draft.seconds ?? seconds.default, seconds.min), seconds.max),
    aspectRatio: one(draft.ratio, aspectRatio),
    resolution: one(draft.resolution, resolution),
    ...(audio === null ? {} : { generateAudio: draft.sound ?? audio.default }),
  }
}

interface VideoSettingsProps {
  settings: Settings
  change: (part: Partial<VideoDraft>) => void
  model: VideoModel
  models: VideoModel[]
}

function VideoSettings({ settings, change, model, models }: VideoSettingsProps) {
  const { durationSeconds: seconds, aspectRatio, resolution } = model.limits
  const lengths = Array.from({ length: seconds.max - seconds.min + 1 }, (_, step) => seconds.min + step)
  const price = (value: string) => model.price.rates[value] ?? model.price.credits
  return (
    <>
      <Select label="Length" value={String(settings.durationSeconds)} onChange={(value) => change({ seconds: Number(value) })} options={lengths.map((length) => ({ value: String(length), label: `${length} seconds` }))} />
      <Choice legend="Shape" value={settings.aspectRatio} onChange={(value) => change({ ratio: value })} options={aspectRatio.values.map((value) => ({ value, label: value }))} />
      <Choice
        legend={`Resolution · ${creditsText(price(settings.resolution))} a second`}
        value={settings.resolution}
        onChange={(value) => change({ resolution: value })}
        options={resolution.values.map((value) => ({ value, label: value, name: `${value}, ${creditsText(price(value))} a second` }))}
      />
      {settings.generateAudio !== undefined && <Toggle label="Sound" checked={settings.generateAudio} onChange={(sound) => change({ sound })} />}
      {models.length > 1 && <Select label="Model" value={model.id} onChange={(value) => change({ model: value })} options={models.map((one) => ({ value: one.id, label: one.name }))} />}
    </>
  )
}
