'use client'

import Link from 'next/link'
import { toProblem } from '@/api/problem.ts'
import { Button } from '@/ui/button.tsx'
import { IconPlayerStop, IconRefresh } from '@/ui/icons.ts'
import { Notice } from '@/ui/notice.tsx'
import { Skeleton } from '@/ui/skeleton.tsx'
import { SimulatedMark } from '@/ui/status-mark.tsx'
import { priceOf, unitPrice } from '../catalog/price.ts'
import { useModel } from '../catalog/use-models.ts'
import { creditsText, moneyText } from '../credits/credits-text.ts'
import { Elapsed } from './elapsed.tsx'
import { GenerationStatusMark } from './generation-status.tsx'
import { OutputGrid } from './output-grid.tsx'
import { isEnded, outcomeText } from './progress.ts'
import { useGeneration, useStop } from './queries.ts'
import { orderAgain } from './recipe.ts'
import classes from './run-panel.module.css'
import type { Order } from './submit.ts'
import { useSayEnding } from './use-say-ending.ts'

/** One generation while it is being watched: every place from the start, each becoming its picture. */
export function RunPanel({ id, again }: { id: string; again: (order: Order) => void }) {
  const { data: generation, error, refetch } = useGeneration(id)
  const model = useModel(generation?.model)
  useSayEnding(generation)
  if (error !== null && toProblem(error).status === 404) return null
  if (generation === undefined) {
    if (error === null) return <Skeleton height={320} />
    return <Notice title="This generation could not be read" actions={<Button size="small" onClick={() => void refetch()}>Try again</Button>}><p>{toProblem(error).message}</p></Notice>
  }
  const ended = isEnded(generation.status)
  // The price of today: a new order is not made at an old one.
  const all = model === undefined ? generation.credits.captured + generation.credits.released : priceOf(model, generation.input)
  const each = generation.kind === 'video' ? all : model === undefined ? generation.credits.price : unitPrice(model, generation.input)
  return (
    <article className={classes.run} aria-label={`Generation: ${generation.input.prompt.slice(0, 80)}`} data-status={generation.status}>
      <div className={classes.head}>
        <h2 className={classes.prompt}><Link href={`/generations/${id}`}>{generation.input.prompt}</Link></h2>
        <div className={classes.facts}>
          <GenerationStatusMark generation={generation} />
          <Elapsed generation={generation} usualMs={model?.medianMs ?? null} />
          {generation.simulated && <SimulatedMark />}
          {!ended && <StopButton id={id} />}
        </div>
      </div>
      <OutputGrid generation={generation} again={generation.status === 'failed' ? undefined : { each, order: again }} />
      <div className={classes.foot}>
        <p>{ended ? outcomeText(generation) : moneyText(generation.credits, false)}</p>
        {generation.status === 'failed' && (
          <Button variant="plain" size="small" icon={<IconRefresh size={14} aria-hidden />} onClick={() => again(orderAgain(generation, all))}>
            Try again · {creditsText(all)}
          </Button>
        )}
      </div>
    </article>
  )
}

export function StopButton({ id }: { id: string }) {
  const stop = useStop(id)
  return (
    <>
      <Button variant="plain" size="small" loading={stop.isPending} icon={<IconPlayerStop size={14} aria-hidden />} onClick={() => stop.mutate()}>Stop</Button>
      {stop.isError && <span role="alert">{toProblem(stop.error).message}</span>}
    </>
  )
}
