import type { CSSProperties } from 'react'
import type { Generation } from '@/api/model.ts'
import { OutputTile, type Again } from './output-tile.tsx'
import classes from './output-grid.module.css'
import { isEnded, ratioOf, slotsOf } from './progress.ts'

/** All places of one generation. The grid has its final shape from the first moment; arriving pictures move nothing. */
export function OutputGrid({ generation, again, large = false }: { generation: Generation; again?: Again | undefined; large?: boolean }) {
  const slots = slotsOf(generation)
  const ratio = ratioOf(generation, generation.outputs[0])
  const style = { '--ratio': ratio, '--count': slots.length } as CSSProperties
  return (
    <ul className={classes.grid} style={style} data-large={large} data-wide={ratio >= 2} aria-busy={!isEnded(generation.status)} aria-label={generation.kind === 'video' ? 'Video' : 'Pictures'}>
      {slots.map((slot) => (
        <OutputTile key={slot.index} slot={slot} generation={generation} again={again} large={large} />
      ))}
    </ul>
  )
}
