'use client'

import { useQueryClient } from '@tanstack/react-query'
import Link from 'next/link'
import { lazy, Suspense, useState, type CSSProperties } from 'react'
import type { Generation, Output } from '@/api/model.ts'
import { AssetImage } from '@/ui/asset-image.tsx'
import { AssetVideo } from '@/ui/asset-video.tsx'
import { Button } from '@/ui/button.tsx'
import { IconAlert, IconDownload, IconRefresh } from '@/ui/icons.ts'
import { creditsText } from '../credits/credits-text.ts'
import classes from './output-grid.module.css'
import { countOf, phaseText, removedText, type Slot } from './progress.ts'
import { orderAgain } from './recipe.ts'
import type { Order } from './submit.ts'

/** Only on a generation's own page. */
const VaryButton = lazy(async () => ({ default: (await import('./vary-button.tsx')).VaryButton }))

/** How to have a failed picture or video once more, and for how much. */
export interface Again {
  each: number
  order: (order: Order) => void
}

interface OutputTileProps {
  slot: Slot
  generation: Generation
  again: Again | undefined
  large: boolean
}

/** One place: waiting with its phase and price, then the picture, or the reason why not and that it cost nothing. */
export function OutputTile({ slot, generation, again, large }: OutputTileProps) {
  return (
    <li className={classes.tile} data-state={slot.state} style={{ '--turn': slot.index } as CSSProperties}>
      {slot.state === 'arrived' && (generation.kind === 'video'
        ? <Clip output={slot.output} generation={generation} />
        : <Picture output={slot.output} generation={generation} large={large} />)}
      {slot.state === 'waiting' && (
        <div className={classes.words}>
          <strong>{phaseText(generation)}</strong>
          <span>{creditsText(generation.kind === 'video' ? generation.credits.held : generation.credits.price)} held</span>
        </div>
      )}
      {slot.state === 'stopped' && (
        <div className={classes.words}>
          <strong>Stopped</strong>
          <span>Not charged</span>
        </div>
      )}
      {slot.state === 'removed' && (
        <div className={classes.words}>
          <strong>{removedText(generation)}</strong>
          <span>Its settings are kept</span>
        </div>
      )}
      {slot.state === 'failed' && (
        <div className={classes.words}>
          <IconAlert size={18} stroke={1.5} aria-hidden />
          <strong>{slot.failure.message}</strong>
          <span>Not charged</span>
          {again !== undefined && (
            <Button variant="plain" size="small" icon={<IconRefresh size={14} aria-hidden />} aria-label={`Try ${generation.kind === 'video' ? 'the video' : `picture ${slot.index + 1}`} again for ${creditsText(again.each)}`} onClick={() => again.order(orderAgain(generation, again.each, generation.kind === 'video' ? undefined : 1))}>
              Try again · {creditsText(again.each)}
            </Button>
          )}
        </div>
      )}
    </li>
  )
}

/** Plays where it stands. Nothing but its poster and its beginning is fetched before somebody presses play. */
function Clip({ output, generation }: { output: Output; generation: Generation }) {
  const [broken, setBroken] = useState(false)
  const lookAgain = useLookAgain(generation)
  const address = `/api/assets/${output.id}`
  if (broken) {
    return (
      <div className={classes.words} role="alert">
        <strong>This video could not be played</strong>
        <span>Its file did not arrive.</span>
        <Button variant="plain" size="small" onClick={() => setBroken(false)}>Show again</Button>
      </div>
    )
  }
  return (
    <>
      <AssetVideo
        className={classes.clip}
        src={address}
        {...(output.posterUrl === null ? {} : { poster: output.posterUrl })}
        aria-label={`Video: ${generation.input.prompt.slice(0, 120)}`}
        loop
        onError={() => { setBroken(true); lookAgain() }}
      />
      <a className={classes.download} data-above="true" href={`${address}?download=1`} download aria-label="Download the video">
        <IconDownload size={18} stroke={1.75} aria-hidden />
      </a>
    </>
  )
}

function Picture({ output, generation, large }: { output: Output; generation: Generation; large: boolean }) {
  const [state, setState] = useState<'loading' | 'loaded' | 'failed'>('loading')
  const lookAgain = useLookAgain(generation)
  const name = `picture ${output.index + 1} of ${countOf(generation)}`
  const address = `/api/assets/${output.id}`
  if (state === 'failed') {
    return (
      <div className={classes.words} role="alert">
        <strong>This picture could not be shown</strong>
        <span>Its file did not arrive.</span>
        <Button variant="plain" size="small" onClick={() => setState('loading')}>Show again</Button>
      </div>
    )
  }
  return (
    <>
      <Link className={classes.picture} href={large ? address : `/generations/${generation.id}`} {...(large ? { target: '_blank', prefetch: false } : {})}>
        <AssetImage
          src={`${address}?w=640`}
          srcSet={`${address}?w=640 640w, ${address}?w=1280 1280w`}
          sizes={large ? '(max-width: 760px) 100vw, 600px' : '(max-width: 760px) 50vw, 320px'}
          alt={`${generation.input.prompt.slice(0, 120)}, ${name}`}
          data-loaded={state === 'loaded'}
          ref={(image) => void (image?.complete && image.naturalWidth > 0 && setState('loaded'))}
          onLoad={() => setState('loaded')}
          onError={() => { setState('failed'); lookAgain() }}
        />
      </Link>
      {large && <Suspense><VaryButton output={output} generation={generation} name={name} /></Suspense>}
      <a className={classes.download} href={`${address}?download=1`} download aria-label={`Download ${name}`}>
        <IconDownload size={18} stroke={1.75} aria-hidden />
      </a>
    </>
  )
}

/** A file that does not come may have been removed meanwhile; then the generation says so, and since when. */
function useLookAgain({ id }: Generation): () => void {
  const queries = useQueryClient()
  return () => void queries.invalidateQueries({ queryKey: ['generation', id] })
}
