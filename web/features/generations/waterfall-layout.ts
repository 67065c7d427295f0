import type { Span } from '../../api/model.ts'
import { durationText, shareText } from '../../ui/duration-text.ts'

/** One row: a step, drawn as one or more pieces on the common axis. */
export interface Row {
  key: string
  name: Span['name']
  label: string
  /** Which output it is about. */
  piece: string | null
  startMs: number
  /** How long at least one of its pieces was under way. */
  durationMs: number
  pieces: Piece[]
  /** The row in words, for whoever cannot see it. */
  text: string
  bytes: number | null
  open: boolean
}

export interface Piece {
  startMs: number
  durationMs: number
}

export interface Waterfall {
  totalMs: number
  rows: Row[]
  ticksMs: number[]
  longest: Row | null
}

const labels: Record<string, string> = {
  queue: 'In line',
  provider: 'Model',
  transfer: 'Transfer',
  database: 'Database',
  overhead: 'Overhead',
}

/**
 * Lays spans out on one axis, in the order they began. Calls and transfers have a row each; the many small spans
 * of the database and of our own work share one. While the generation runs, a row that reaches its end is still
 * open; the axis never ends before the last span does.
 */
export function layOutWaterfall(spans: readonly Span[], lastedMs: number, running = false, nameOf: (index: number) => string = pictureName): Waterfall {
  const totalMs = Math.max(1, lastedMs, ...spans.map((span) => span.startMs + span.durationMs))
  const rows = [...groupSpans(spans)]
    .map(([key, group]) => layOutRow(key, group, { totalMs, running, nameOf }))
    .sort((a, b) => a.startMs - b.startMs || b.durationMs - a.durationMs)
  const longest = rows.reduce<Row | null>((best, row) => (best === null || row.durationMs > best.durationMs ? row : best), null)
  return { totalMs, rows, ticksMs: ticks(totalMs), longest }
}

const pictureName = (index: number): string => `picture ${index + 1}`

/** The second span of a step for the same picture is a second try, and a row of its own. */
function groupSpans(spans: readonly Span[]): Map<string, Span[]> {
  const groups = new Map<string, Span[]>()
  const tries = new Map<string, number>()
  for (const span of [...spans].sort((a, b) => a.startMs - b.startMs)) {
    const step = span.index === undefined ? span.name : `${span.name} ${span.index}`
    const turn = (tries.get(step) ?? 0) + 1
    tries.set(step, turn)
    const key = span.index === undefined ? step : `${step} ${turn}`
    groups.set(key, [...(groups.get(key) ?? []), span])
  }
  return groups
}

function layOutRow(key: string, spans: Span[], { totalMs, running, nameOf }: { totalMs: number; running: boolean; nameOf: (index: number) => string }): Row {
  const [first] = spans as [Span, ...Span[]]
  const pieces = mergePieces(spans, totalMs)
  const startMs = Math.min(...pieces.map((piece) => piece.startMs))
  const durationMs = pieces.reduce((sum, piece) => sum + piece.durationMs, 0)
  const open = running && pieces.some((piece) => piece.startMs + piece.durationMs >= totalMs)
  const piece = first.index === undefined ? null : nameOf(first.index)
  const label = labelOf(first, { piece, turn: Number(key.split(' ')[2] ?? 1), pieces: pieces.length })
  const bytes = spans.reduce((sum, span) => sum + (span.bytes ?? 0), 0)
  return {
    key,
    name: first.name,
    label,
    piece,
    startMs,
    durationMs,
    pieces,
    text: `${label}: ${durationText(durationMs)}${open ? ' so far' : ''}, ${shareText(durationMs, totalMs)}, from ${durationText(startMs)}`,
    bytes: bytes > 0 ? bytes : null,
    open,
  }
}

/** Overlapping spans become one piece; nothing lies outside the axis. */
function mergePieces(spans: readonly Span[], totalMs: number): Piece[] {
  const merged: Piece[] = []
  for (const span of spans) {
    const startMs = Math.min(Math.max(0, span.startMs), totalMs)
    const endMs = Math.min(startMs + Math.max(0, span.durationMs), totalMs)
    const last = merged.at(-1)
    if (last === undefined || startMs > last.startMs + last.durationMs) merged.push({ startMs, durationMs: endMs - startMs })
    else last.durationMs = Math.max(last.durationMs, endMs - last.startMs)
  }
  return merged
}

/** The grid tracks of a row: a gap before each piece, the piece, and what remains. They add up to the whole axis. */
export function tracksOf({ pieces }: Row, totalMs: number): number[] {
  const tracks: number[] = []
  let reachedMs = 0
  for (const { startMs, durationMs } of pieces) {
    tracks.push((startMs - reachedMs) / totalMs, durationMs / totalMs)
    reachedMs = startMs + durationMs
  }
  return [...tracks, Math.max(0, (totalMs - reachedMs) / totalMs)]
}

function labelOf(span: Span, { piece, turn, pieces }: { piece: string | null; turn: number; pieces: number }): string {
  const parts = [labels[span.name] ?? span.name]
  if (piece !== null) parts.push(piece)
  if (turn > 1) parts.push(`try ${turn}`)
  if (span.index === undefined && pieces > 1) parts.push(`${pieces} times`)
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

/** The longest row explained in one sentence, or null when there is nothing to explain yet. */
export function explainLongest({ longest, totalMs, rows }: Waterfall): string | null {
  if (longest === null || longest.durationMs <= 0) return null
  const cause = causes[longest.name] ?? longest.label
  const what = longest.piece === null ? cause : `${cause} ${longest.piece}`
  const beside = rows.some((row) => row !== longest && row.name === longest.name && overlaps(row, longest))
  return `The longest part was ${what}: ${durationText(longest.durationMs)}, ${shareText(longest.durationMs, totalMs)} of the whole${beside ? ', with the others beside it' : ''}.`
}

const overlaps = (a: Row, b: Row): boolean => a.startMs < b.startMs + b.durationMs && b.startMs < a.startMs + a.durationMs
