import Link from 'next/link'
import type { Generation } from '@/api/model.ts'
import { AssetImage } from '@/ui/asset-image.tsx'
import { IconAlert } from '@/ui/icons.ts'
import { SimulatedMark } from '@/ui/status-mark.tsx'
import { Time } from '@/ui/time.tsx'
import { creditsText } from '../credits/credits-text.ts'
import classes from './generation-card.module.css'
import { GenerationStatusMark } from './generation-status.tsx'
import { isEnded, phaseText, slotsOf } from './progress.ts'

/** One generation in a list: its pictures, its words, how it ended and what it cost. */
export function GenerationCard({ generation, heading: Heading }: { generation: Generation; heading: 'h2' | 'h3' }) {
  const slots = slotsOf(generation).slice(0, 4)
  const ended = isEnded(generation.status)
  const money = ended ? (generation.credits.captured === 0 ? 'Not charged' : creditsText(generation.credits.captured)) : `${creditsText(generation.credits.held)} held`
  return (
    <article className={classes.card}>
      <div className={classes.mosaic} data-count={slots.length} aria-hidden="true">
        {slots.map((slot) => slot.state === 'arrived'
          ? <AssetImage key={slot.index} src={`/api/assets/${slot.output.id}?w=640`} alt="" loading="lazy" decoding="async" />
          : <span key={slot.index} data-state={slot.state}>{slot.state === 'waiting' ? (slot.index === 0 ? phaseText(generation) : '') : <IconAlert size={16} stroke={1.5} />}</span>)}
      </div>
      <div className={classes.words}>
        <Heading><Link href={`/generations/${generation.id}`}>{generation.input.prompt}</Link></Heading>
        <div className={classes.line}>
          <GenerationStatusMark generation={generation} />
          {generation.simulated && <SimulatedMark />}
        </div>
        <div className={classes.line}>
          <span>{money}</span>
          <Time iso={generation.createdAt} />
        </div>
      </div>
    </article>
  )
}
