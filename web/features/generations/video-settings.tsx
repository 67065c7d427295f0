import Link from 'next/link'
import type { VideoModel } from '@/api/model.ts'
import { Choice } from '@/ui/choice.tsx'
import { Select } from '@/ui/select.tsx'
import { TextField } from '@/ui/text-field.tsx'
import { Toggle } from '@/ui/toggle.tsx'
import { makesText, sizeLabel, videoLabel } from '../catalog/video-text.ts'
import { creditsText } from '../credits/credits-text.ts'
import classes from './prompt-bar.module.css'
import type { VideoDraft } from './video-draft.ts'
import { lacksLength, lengthsOf, toSeed, type VideoSettings as Settings } from './video-fit.ts'

/** What video models make, over all of them. What one lacks of it stays in its place, so that changing the model moves nothing. */
const CLASSES = ['360p', '480p', '720p', '1080p', '4k']
const RATIOS = ['16:9', '4:3', '1:1', '3:4', '9:16', '21:9']

interface VideoSettingsProps {
  draft: VideoDraft
  settings: Settings
  change: (part: Partial<VideoDraft>) => void
  model: VideoModel
  models: VideoModel[]
  locked: VideoModel[]
}

/** By which model, how long, which shape, how sharp, with sound or without. What the model lacks cannot be chosen, and says so. */
export function VideoSettings({ draft, settings, change, model, models, locked }: VideoSettingsProps) {
  const { durationSeconds, aspectRatio, resolution, options } = model.limits
  const price = (value: string) => model.price.rates[value] ?? model.price.credits
  const all = [...models, ...locked]
  const lack = `not by ${model.name}`
  const lackOf = (option: string) => (options.includes(option) ? null : `Not by ${model.name}`)
  return (
    <>
      {all.length > 1 && (
        <div className={classes.model}>
          <Select label="Model" value={model.id} onChange={(value) => change({ model: value })} options={all.map((one) => ({ value: one.id, label: videoLabel(one, all), disabled: locked.includes(one) }))} />
          <p>{makesText(model)} · <Link href="/models">Compare models</Link></p>
        </div>
      )}
      <Select label="Length" value={String(settings.durationSeconds)} onChange={(value) => change({ seconds: Number(value) })} options={lengthsOf(durationSeconds).map((length) => lengthOption(length, lacksLength(length, settings.resolution, durationSeconds)))} />
      {settings.aspectRatio !== undefined && aspectRatio !== null && (
        <Choice legend="Shape" value={settings.aspectRatio} onChange={(value) => change({ ratio: value })} options={together(RATIOS, aspectRatio.values).map((value) => (aspectRatio.values.includes(value) ? { value, label: value } : { value, label: value, name: `${value}, ${lack}`, disabled: true }))} />
      )}
      <Choice
        legend={`Resolution · ${creditsText(price(settings.resolution))} a second`}
        value={settings.resolution}
        onChange={(value) => change({ resolution: value })}
        options={together(CLASSES, resolution.values).map((value) => (resolution.values.includes(value)
          ? { value, label: sizeLabel(value), name: `${sizeLabel(value)}, ${creditsText(price(value))} a second` }
          : { value, label: value, name: `${value}, ${lack}`, disabled: true }))}
      />
      <Sound model={model} checked={settings.generateAudio} change={(sound) => change({ sound })} />
      <TextField label="Seed" inputMode="numeric" placeholder="Any" value={lackOf('seed') === null ? draft.seed : ''} onChange={(value) => change({ seed: toSeed(value) })} lack={lackOf('seed')} />
      <TextField label="Without" placeholder="What must not be seen" value={lackOf('negativePrompt') === null ? draft.without : ''} onChange={(value) => change({ without: value })} lack={lackOf('negativePrompt')} />
    </>
  )
}

/** The values that models share, where this one is among them; else its own. */
function together(shared: readonly string[], own: readonly string[]): readonly string[] {
  return own.every((value) => shared.includes(value)) ? shared : own
}

function lengthOption(length: number, lack: string | null): { value: string; label: string; disabled: boolean } {
  return { value: String(length), label: lack === null ? `${length} seconds` : `${length} seconds (${lack})`, disabled: lack !== null }
}

function Sound({ model: { name, limits: { audio } }, checked, change }: { model: VideoModel; checked: boolean | undefined; change: (sound: boolean) => void }) {
  if (audio === null) return <Toggle label={`Sound (not by ${name})`} checked={false} disabled onChange={change} />
  return <Toggle label={audio.optional ? 'Sound' : `Sound (always, by ${name})`} checked={checked === true} disabled={!audio.optional} onChange={change} />
}
