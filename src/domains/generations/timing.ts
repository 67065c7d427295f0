import type { Span, StoredOutput, Timing } from './model.ts'
import type { Attempt } from './sql-work.ts'

export interface TimingFacts {
  /** Acceptance, or the last time it was opened again. */
  readonly beganAt: Date
  readonly startedAt: Date | null
  /** The end, or now for a generation that is still under way. */
  readonly until: Date
  readonly attempts: readonly Attempt[]
  readonly outputs: readonly StoredOutput[]
  /** Measured by the worker that ends the generation; empty while it runs. */
  readonly databaseSpans: readonly Span[]
}

/** Explains the time of one generation from the rows it left behind, so a restart forgets nothing. Pure. */
export function buildTiming(facts: TimingFacts): Timing {
  const start = facts.beganAt.getTime()
  const since = (instant: Date) => Math.max(0, instant.getTime() - start)
  const totalMs = since(facts.until)
  const queue: Span = { name: 'queue', startMs: 0, durationMs: since(facts.startedAt ?? facts.until) }
  const provider = facts.attempts.map(({ outputIndex, callNumber, startedAt, finishedAt }): Span => {
    const startMs = since(startedAt)
    return { name: 'provider', index: outputIndex, attempt: callNumber, startMs, durationMs: since(finishedAt ?? facts.until) - startMs }
  })
  const transfer = facts.outputs.map(({ index, bytes, createdAt, transferMs }): Span => {
    const durationMs = Math.min(transferMs, since(createdAt))
    return { name: 'transfer', index, startMs: since(createdAt) - durationMs, durationMs, bytes: Number(bytes) }
  })
  const explained = [queue, ...provider, ...transfer, ...facts.databaseSpans].filter(({ durationMs }) => durationMs >= 0)
  const overhead = gaps(explained, totalMs)
  return {
    queueMs: covered([queue]),
    providerMs: covered(provider),
    transferMs: covered(transfer),
    databaseMs: covered(facts.databaseSpans),
    overheadMs: covered(overhead),
    totalMs,
    spans: [...explained, ...overhead].sort((a, b) => a.startMs - b.startMs || order.indexOf(a.name) - order.indexOf(b.name)),
  }
}

const order: readonly Span['name'][] = ['queue', 'database', 'provider', 'transfer', 'overhead']

/** How long at least one of the spans was under way, in whole milliseconds. */
function covered(spans: readonly Span[]): number {
  return Math.round(merge(spans).reduce((sum, { from, to }) => sum + to - from, 0))
}

/** The stretches that no span explains. */
function gaps(spans: readonly Span[], totalMs: number): Span[] {
  const found: Span[] = []
  let reached = 0
  for (const { from, to } of [...merge(spans), { from: totalMs, to: totalMs }]) {
    if (from - reached >= 1) found.push({ name: 'overhead', startMs: reached, durationMs: from - reached })
    reached = Math.max(reached, to)
  }
  return found
}

function merge(spans: readonly Span[]): { from: number; to: number }[] {
  const merged: { from: number; to: number }[] = []
  for (const { startMs, durationMs } of [...spans].sort((a, b) => a.startMs - b.startMs)) {
    const last = merged.at(-1)
    if (last === undefined || startMs > last.to) merged.push({ from: startMs, to: startMs + durationMs })
    else last.to = Math.max(last.to, startMs + durationMs)
  }
  return merged
}
