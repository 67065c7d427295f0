import type { Command, Outcome } from './command.ts'
import { type Operations, operating, type QueueFigures } from './operations.ts'

export const queueList: Command = {
  name: 'queue list',
  summary: 'Shows what waits in each queue, how fast it gets less, and what was decided about it.',
  examples: [
    ['', 'how are the queues?'],
    ['--json', 'the same for a program'],
  ],
  options: {},
  prepare: () => operating(list),
}

async function list(operations: Operations): Promise<Outcome> {
  const items = await operations.queues()
  return { text: [HEADING, ...items.map(toRow)].map(toLine).join(''), data: { items }, exitCode: 0 }
}

const HEADING = ['queue', 'state', 'interactive', 'bulk', 'oldest', 'in/min', 'out/min', 'empty in', 'workers', 'places']
const WIDTHS = [12, 8, 12, 8, 8, 8, 8, 10, 8, 6]

function toRow({ name, paused, queued, oldestSeconds, rates, drainSeconds, workers, places, concurrencyMax }: QueueFigures): string[] {
  const each = concurrencyMax === null ? '' : ` (${concurrencyMax} each)`
  return [
    name, paused ? 'paused' : 'open', String(queued.interactive), String(queued.bulk), toTime(oldestSeconds), String(rates.in), String(rates.out ?? '-'),
    toTime(drainSeconds), String(workers), `${places}${each}`,
  ]
}

function toLine(row: readonly string[]): string {
  return `${row.map((text, index) => text.padEnd(WIDTHS[index]!)).join(' ').trimEnd()}\n`
}

function toTime(seconds: number | null): string {
  if (seconds === null) return '-'
  if (seconds < 120) return `${Math.round(seconds)} s`
  return seconds < 7_200 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3_600)} h`
}
