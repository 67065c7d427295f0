import Link from 'next/link'
import type { ReactNode } from 'react'
import type { Generation } from '@/api/model.ts'
import { AssetImage } from '@/ui/asset-image.tsx'
import { IconAlert, IconTrash, IconVideo } from '@/ui/icons.ts'
import { SimulatedMark } from '@/ui/status-mark.tsx'
import { Time } from '@/ui/time.tsx'
import { creditsText } from '../credits/credits-text.ts'
import classes from './generation-card.module.css'
import { GenerationStatusMark } from './generation-status.tsx'
import { KeptUntil } from './kept-until.tsx'
import { isEnded, phaseText, removedText, type Slot, slotsOf } from './progress.ts'

interface GenerationCardProps {
  generation: Generation
  heading: 'h2' | 'h3'
  /** Where it can be deleted: asks for it. */
  onDelete?: ((generation: Generation) => void) | undefined
}

/** One generation in a list: its pictures, its words, how it ended and what it cost. */
export function GenerationCard({ generation, heading: Heading, onDelete }: GenerationCardProps) {
  const slots = slotsOf(generation).slice(0, 4)
  const ended = isEnded(generation.status)
  const money = ended ? (generation.credits.captured === 0 ? 'Not charged' : creditsText(generation.credits.captured)) : `${creditsText(generation.credits.held)} held`
  return (
    <article className={classes.card}>
      <div className={classes.mosaic} data-count={slots.length} aria-hidden="true">
        {slots.map((slot) => slot.state === 'arrived' && (generation.kind === 'image' || slot.output.posterUrl !== null)
          ? <AssetImage key={slot.index} src={`/api/assets/${slot.output.id}?w=640`} alt="" loading="lazy" decoding="async" />
          : <span key={slot.index} data-state={slot.state}>{tileText(generation, slot)}</span>)}
      </div>
      <div className={classes.words}>
        <Heading><Link href={`/generations/${generation.id}`}>{generation.input.prompt}</Link></Heading>
        <div className={classes.line}>
          {generation.kind === 'video' && <span className={classes.kind}><IconVideo size={14} stroke={1.75} aria-hidden /> Video{lengthText(generation)}</span>}
          <GenerationStatusMark generation={generation} />
          {generation.simulated && <SimulatedMark />}
        </div>
        {generation.servedBy.length > 1 && <p className={classes.line}>{cardServed(generation)}</p>}
        <div className={classes.line}>
          <span>{money}</span>
          <Time iso={generation.createdAt} />
        </div>
        {(generation.outputsExpireAt !== null || (onDelete !== undefined && ended)) && (
          <div className={classes.line}>
            <span>{generation.outputsExpireAt !== null && <KeptUntil iso={generation.outputsExpireAt} />}</span>
            {onDelete !== undefined && ended && (
              <button type="button" className={classes.remove} aria-label={`Delete: ${generation.input.prompt.slice(0, 80)}`} title="Delete" onClick={() => onDelete(generation)}>
                <IconTrash size={16} stroke={1.75} aria-hidden />
              </button>
            )}
          </div>
        )}
      </div>
    </article>
  )
}

/** As much as there is room for; the page of the generation says why. */
function cardServed({ servedBy, model }: Generation): string {
  const last = servedBy.at(-1)!
  return `${last.outputs.length > 0 ? 'Made' : 'Tried'} by ${last.model} for ${model}`
}

function tileText(generation: Generation, { index, state }: Slot): ReactNode {
  if (state === 'arrived') return 'Ready to play'
  if (state === 'waiting') return index === 0 ? phaseText(generation) : ''
  if (state === 'removed') return index === 0 ? removedText(generation) : ''
  return <IconAlert size={16} stroke={1.5} />
}

function lengthText({ outputs, input }: Generation): string {
  const seconds = outputs[0]?.durationSeconds ?? input.durationSeconds
  return seconds == null ? '' : `, ${Math.round(seconds)} s`
}
