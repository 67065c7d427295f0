import type { Span } from '../../api/model.ts'
import { durationText, shareText } from '../../ui/duration-text.ts'

export interface Bar {
  key: string
  name: string
  label: string
  startMs: number
  durationMs: number
  /** Where the bar lies, as shares of the whole: before + width + after = 1. */
  before: number
  width: number
  after: number
  /** The bar in words, for whoever cannot see it. */
  text: string
  bytes: number | null
  open: boolean
}

export interface Waterfall {
  totalMs: number
  bars: Bar[]
  ticksMs: number[]
  longest: Bar | null
}

const labels: Record<string, string> = {
  queue: 'In line',
  provider: 'Model',
  transfer: 'Transfer',
  database: 'Database',
  overhead: 'Overhead',
}

/**
 * Lays spans out on one axis, in the order they began. While the generation runs, a span that reaches its end is
 * still open; the axis never ends before the last span does.
 */
export function layOutWaterfall(spans: readonly Span[], lastedMs: number, running = false): Waterfall {
  const totalMs = Math.max(1, lastedMs, ...spans.map((span) => span.startMs + span.durationMs))
  const bars = spans
    .map((span, position) => layOutBar(span, position, totalMs, running))
    .sort((a, b) => a.startMs - b.startMs || b.durationMs - a.durationMs)
  const longest = bars.reduce<Bar | null>((best, bar) => (best === null || bar.durationMs > best.durationMs ? bar : best), null)
  return { totalMs, bars, ticksMs: ticks(totalMs), longest }
}

function layOutBar(span: Span, position: number, totalMs: number, running: boolean): Bar {
  const startMs = Math.min(Math.max(0, span.startMs), totalMs)
  const durationMs = Math.min(Math.max(0, span.durationMs), totalMs - startMs)
  const open = running && startMs + durationMs >= totalMs
  const before = startMs / totalMs
  const width = durationMs / totalMs
  const label = labelOf(span)
  return {
    key: `${span.name}-${span.index ?? ''}-${span.attempt ?? ''}-${position}`,
    name: span.name,
    label,
    startMs,
    durationMs,
    before,
    width,
    after: Math.max(0, 1 - before - width),
    text: `${label}: ${durationText(durationMs)}${open ? ' so far' : ''}, ${shareText(durationMs, totalMs)}, from ${durationText(startMs)}`,
    bytes: span.bytes ?? null,
    open,
  }
}

function labelOf(span: Span): string {
  const parts = [labels[span.name] ?? span.name]
  if (typeof span.index === 'number') parts.push(`picture ${span.index + 1}`)
  if (typeof span.attempt === 'number' && span.attempt > 1) parts.push(`try ${span.attempt}`)
  return parts.join(' · ')
}

/** Three to six round marks that fit the axis. */
function ticks(totalMs: number): number[] {
  const rough = totalMs / 5
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = ([1, 2, 5, 10].find((factor) => factor * power >= rough) ?? 10) * power
  return Array.from({ length: Math.floor(totalMs / step) + 1 }, (_, count) => count * step)
}

const causes: Record<string, string> = {
  queue: 'waiting for a free place',
  provider: 'the model making',
  transfer: 'bringing in',
  database: 'writing to the database',
  overhead: 'our own work around it',
}

/** The largest span explained in one sentence, or null when there is nothing to explain yet. */
export function explainLongest({ longest, totalMs, bars }: Waterfall): string | null {
  if (longest === null || longest.durationMs <= 0) return null
  const picture = /picture \d+/.exec(longest.label)?.[0]
  const cause = causes[longest.name] ?? longest.label
  const takesObject = longest.name === 'provider' || longest.name === 'transfer'
  const what = takesObject ? `${cause} ${picture ?? 'the picture'}` : cause
  const beside = takesObject && bars.some((bar) => bar !== longest && bar.name === longest.name && bar.startMs < longest.startMs + longest.durationMs && longest.startMs < bar.startMs + bar.durationMs)
  return `The longest part was ${what}: ${durationText(longest.durationMs)}, ${shareText(longest.durationMs, totalMs)} of the whole${beside ? ', with the others beside it' : ''}.`
}
