import type { Generation } from '@/api/model.ts'
import { InputPictures } from '../inputs/input-pictures.tsx'
import classes from './detail.module.css'

const labels: Record<string, string> = {
  n: 'Pictures',
  size: 'Size',
  outputFormat: 'Format',
  outputCompression: 'Compression',
  quality: 'Quality',
  background: 'Background',
  durationSeconds: 'Seconds',
  resolution: 'Resolution',
  aspectRatio: 'Shape',
  generateAudio: 'Sound',
  seed: 'Seed',
  guidanceScale: 'Guidance',
  negativePrompt: 'Without',
}

/** What was asked for, field by field, as it was sent. */
export function Recipe({ generation }: { generation: Generation }) {
  const fields = Object.entries(labels)
    .map(([field, label]) => ({ label, value: valueText(generation.input[field]) }))
    .filter(({ value }) => value !== null)
  return (
    <section className={classes.panel} aria-labelledby="recipe">
      <h2 id="recipe">Recipe</h2>
      <InputPictures generation={generation} />
      <dl className={classes.recipe}>
        {fields.map(({ label, value }) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>{value}</dd>
          </div>
        ))}
        <div>
          <dt>Model</dt>
          <dd><code>{generation.model}</code></dd>
        </div>
        <div>
          <dt>Id</dt>
          <dd><code>{generation.id}</code></dd>
        </div>
      </dl>
    </section>
  )
}

function valueText(value: unknown): string | null {
  if (value === undefined || value === null || (Array.isArray(value) && value.length === 0)) return null
  if (Array.isArray(value)) return value.length === 1 ? '1 image' : `${value.length} images`
  if (typeof value === 'boolean') return value ? 'Yes' : 'No'
  return String(value).replace(/^(\d+)x(\d+)$/, '$1 × $2')
}
