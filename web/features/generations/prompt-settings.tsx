import Link from 'next/link'
import type { ImageModel } from '@/api/model.ts'
import { Choice } from '@/ui/choice.tsx'
import { Select } from '@/ui/select.tsx'
import { acceptsText, extraOptions, extras, modelLabel } from '../catalog/model-text.ts'
import { exactSize, lacksResolution, resolutions, shapes, type Shape } from '../catalog/shapes.ts'
import type { Draft } from './draft.ts'
import classes from './prompt-bar.module.css'

interface PromptSettingsProps {
  draft: Draft
  change: (part: Partial<Draft>) => void
  model: ImageModel
  models: ImageModel[]
}

/** How many, which shape, how large, by which model: only what the model can do. */
export function PromptSettings({ draft, change, model, models }: PromptSettingsProps) {
  const { n, size } = model.limits
  const counts = Array.from({ length: n.max - n.min + 1 }, (_, step) => String(n.min + step))
  const shape = shapes.find(({ id }) => id === draft.shape) ?? shapes[0]
  const pixels = exactSize(shape, draft.preset, size)
  return (
    <>
      {models.length > 1 && (
        <div className={classes.model}>
          <Select label="Model" value={model.id} onChange={(value) => change({ model: value })} options={models.map((one) => ({ value: one.id, label: modelLabel(one) }))} />
          <p>{acceptsText(model)} · <Link href="/models">Compare models</Link></p>
        </div>
      )}
      {extras.map((extra) => <Select key={extra.field} label={extra.label} value={draft[extra.field]} onChange={(value) => change({ [extra.field]: value })} options={extraOptions(extra, model)} />)}
      <Choice legend="Pictures" value={String(draft.n)} onChange={(value) => change({ n: Number(value) })} options={counts.map((value) => ({ value, label: value, name: value === '1' ? '1 picture' : `${value} pictures` }))} />
      <Choice
        legend="Shape"
        value={draft.shape}
        onChange={(value) => change({ shape: value })}
        options={shapes.map((one) => ({ value: one.id, label: <ShapeLabel shape={one} />, name: `${one.name}, ${one.id}`, disabled: exactSize(one, draft.preset, size) === null }))}
      />
      <Choice legend={pixels === null ? 'Resolution' : `Resolution · ${pixels.width} × ${pixels.height}`} value={draft.preset} onChange={(value) => change({ preset: value })} options={resolutions.map((value) => resolutionOption(value, model))} />
    </>
  )
}

function resolutionOption(value: string, { name, limits }: ImageModel) {
  const lack = lacksResolution(value, limits.size)
  return lack === null ? { value, label: value } : { value, label: value, name: `${value}, ${lack} for ${name}`, disabled: true }
}

function ShapeLabel({ shape }: { shape: Shape }) {
  const scale = 14 / Math.max(shape.width, shape.height)
  return (
    <>
      <i className={classes.glyph} style={{ width: shape.width * scale, height: shape.height * scale }} />
      {shape.id}
    </>
  )
}
