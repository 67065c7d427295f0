import type { Generation } from '@/api/model.ts'
import { namesIn } from './names-in.ts'
import { Thumbnail } from './picture-tile.tsx'
import classes from './pictures.module.css'

/** The pictures that a generation was made from, each at its place in the request. Nothing where it was made from words alone. */
export function InputPictures({ generation }: { generation: Generation }) {
  const { referenceImages, firstFrame, lastFrame } = namesIn(generation.input)
  const pictures = [
    ...firstFrame.map((name) => ({ name, label: 'First frame' })),
    ...lastFrame.map((name) => ({ name, label: 'Last frame' })),
    ...referenceImages.map((name, index) => ({ name, label: `Reference ${index + 1}` })),
  ]
  if (pictures.length === 0) return null
  return (
    <ul className={classes.inputs} aria-label="Made from">
      {pictures.map(({ name, label }, index) => (
        <li key={`${name} ${index}`}>
          <a href={`/api/uploads/${name}`} target="_blank" rel="noreferrer"><Thumbnail name={name} label={label} /></a>
          <span>{label}</span>
        </li>
      ))}
    </ul>
  )
}
