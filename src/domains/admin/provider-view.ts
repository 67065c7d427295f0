import { z } from 'zod'
import type { ProviderState } from '#domains/capacity'
import { type CallFigures, type DayOfHealth, type HealthRow, successRate } from '#domains/generations'

const HOURS = 24
const HOUR_MS = 3_600_000

const time = z.iso.datetime()
const count = z.number().int()

const Stretch = z.object({
  calls: count,
  succeeded: count,
  failed: count.describe('By its fault, or nobody knows how. Refusals of what was asked for are not among them'),
  limited: count.describe('Refused for coming too often'),
  successRate: z.number().nullable().describe('Of those that succeeded or failed; null where there were none'),
  p50Ms: z.number().nullable().describe('Of those that succeeded'),
  p95Ms: z.number().nullable(),
})

const health = {
  fiveMinutes: Stretch,
  hour: Stretch,
  day: Stretch,
  lastError: z.object({ reason: z.string(), at: time }).nullable(),
}

export const ProviderView = z
  .object({
    id: z.string(), kind: z.string(),
    concurrencyMax: count.nullable().describe('Calls at a time, over all processes; null is without limit'),
    limitedBy: z.string().describe('`settings`, or who set it'),
    inUse: count.nullable().describe('Calls under way; null where there is no limit'),
    paused: z.boolean(),
    pausedUntil: time.nullable().describe('Null while it is paused until somebody resumes it'),
    pausedBy: z.string().nullable(), pauseReason: z.string().nullable(),
    breaker: z.enum(['closed', 'open', 'half_open']), openUntil: time.nullable(), faults: count,
    health: z
      .object({
        ...health,
        hours: z.array(z.object({ at: time, calls: count, failed: count, limited: count })).describe('The last 24, the current one last'),
        models: z.array(z.object({ model: z.string(), ...health })),
      })
      .describe('Of calls that ended in the last 24 hours; at most some seconds old'),
  })
  .meta({ id: 'Provider' })

type View = z.input<typeof ProviderView>

export function providerView({ provider, pausedUntil, openUntil, ...rest }: ProviderState, day: DayOfHealth, now: Date): View {
  const rows = day.rows.filter((row) => row.provider === provider && row.kind === rest.kind)
  const models = rows.flatMap((row) => (row.model === null ? [] : [{ model: row.model, ...figuresOf(row) }]))
  const together = figuresOf(rows.find(({ model }) => model === null))
  return {
    ...rest, id: provider, pausedUntil: pausedUntil?.toISOString() ?? null, openUntil: openUntil?.toISOString() ?? null,
    health: { ...together, hours: hoursOf(day, { provider, kind: rest.kind }, now), models },
  }
}

function figuresOf(row: HealthRow | undefined): Pick<View['health'], 'fiveMinutes' | 'hour' | 'day' | 'lastError'> {
  const lastError = row?.lastError == null || row.lastErrorAt === null ? null : { reason: row.lastError, at: row.lastErrorAt.toISOString() }
  return { fiveMinutes: stretchOf(row?.five), hour: stretchOf(row?.hour), day: stretchOf(row?.all), lastError }
}

const nothing: CallFigures = { calls: 0, succeeded: 0, failed: 0, limited: 0, p50Ms: null, p95Ms: null }

function stretchOf(figures: CallFigures = nothing): View['health']['hour'] {
  return { ...figures, successRate: successRate(figures) }
}

/** Every one of the hours, also those in which nothing was called. */
function hoursOf({ hours }: DayOfHealth, { provider, kind }: { provider: string; kind: string }, now: Date): View['health']['hours'] {
  const current = Math.floor(now.getTime() / HOUR_MS) * HOUR_MS
  const known = new Map(hours.filter((each) => each.provider === provider && each.kind === kind).map((each) => [each.hour.getTime(), each]))
  return Array.from({ length: HOURS }, (_, index) => current - (HOURS - 1 - index) * HOUR_MS).map((at) => {
    const { calls = 0, failed = 0, limited = 0 } = known.get(at) ?? {}
    return { at: new Date(at).toISOString(), calls, failed, limited }
  })
}
