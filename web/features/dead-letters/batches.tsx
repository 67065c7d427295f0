import { useEffect, useRef } from 'react'
import { useQueryClient } from '@tanstack/react-query'
import type { DeadLetterBatch } from '@/api/model.ts'
import { announce } from '@/ui/announcer.tsx'
import { Button } from '@/ui/button.tsx'
import { IconPlayerStop } from '@/ui/icons.ts'
import { Time } from '@/ui/time.tsx'
import { useNow } from '@/ui/use-now.ts'
import classes from '../console/console.module.css'
import { batchPercent, batchText } from './letter-text.ts'
import { useBatches, useStop } from './use-dead-letters.ts'

/** How long one that has ended is still shown. */
const SHOWN_MS = 10 * 60_000

/** Tries of many letters that are under way, and how the last ones went. */
export function Batches({ mayStop }: { mayStop: boolean }) {
  const batches = useBatches()
  const now = useNow(30_000)
  useSayEnding(batches.data)
  const shown = batches.data?.filter(({ state, finishedAt }) => state === 'running' || (finishedAt !== null && now !== null && now - Date.parse(finishedAt) < SHOWN_MS)) ?? []
  if (shown.length === 0) return null
  return (
    <section className={classes.panel} aria-label="Tries of many">
      {shown.map((batch) => <Progress key={batch.id} batch={batch} mayStop={mayStop} />)}
    </section>
  )
}

function Progress({ batch, mayStop }: { batch: DeadLetterBatch; mayStop: boolean }) {
  const stop = useStop()
  const percent = batchPercent(batch)
  return (
    <div className={classes.actions}>
      <div style={{ flex: '1 1 240px', minWidth: 0 }}>
        <p>{batchText(batch)} <span className={classes.facts} style={{ display: 'inline' }}>· <Time iso={batch.createdAt} /></span></p>
        {batch.state === 'running' && <div className={classes.bar} role="progressbar" aria-label="Tried again" aria-valuenow={percent} aria-valuemin={0} aria-valuemax={100}><span style={{ width: `${percent}%` }} /></div>}
      </div>
      {batch.state === 'running' && mayStop && <Button variant="plain" size="small" icon={<IconPlayerStop size={14} aria-hidden />} loading={stop.isPending} onClick={() => stop.mutate(batch.id)}>Stop</Button>}
    </div>
  )
}

/** Says the end of a batch that was seen running, and has the lists read again. */
function useSayEnding(batches: readonly DeadLetterBatch[] | undefined): void {
  const queries = useQueryClient()
  const running = useRef(new Set<string>())
  useEffect(() => {
    for (const batch of batches ?? []) {
      if (batch.state === 'running') running.current.add(batch.id)
      else if (running.current.delete(batch.id)) {
        announce(batchText(batch))
        void queries.invalidateQueries({ queryKey: ['dead-letters'] })
      }
    }
  }, [batches, queries])
}
