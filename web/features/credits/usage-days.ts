import type { UsageItem } from '../../api/model.ts'

export const ranges = [7, 30, 90] as const
export type Range = (typeof ranges)[number]

const DAY_MS = 86_400_000

/** Today and the days before it, oldest first, as the server counts days: in UTC. */
export function daysUntil(now: number, range: Range): string[] {
  return Array.from({ length: range }, (_, index) => new Date(now - (range - 1 - index) * DAY_MS).toISOString().slice(0, 10))
}

/** One item for every day; a day on which nothing was taken has zeros. */
export function fillDays(days: readonly string[], items: readonly UsageItem[]): UsageItem[] {
  const known = new Map(items.map((item) => [item.key, item]))
  return days.map((key) => known.get(key) ?? { key, generations: 0, outputs: 0, credits: 0 })
}

/** The round number that the axis ends at: never below the largest, never more than twice it. */
export function axisTop(largest: number): number {
  if (largest <= 2) return 2
  const power = 10 ** Math.floor(Math.log10(largest))
  return ([1, 2, 4, 6, 8, 10].find((factor) => factor * power >= largest) ?? 10) * power
}

/** Which days carry their name under the axis: today, and back from it in even steps. */
export function namedDays(days: readonly string[]): Set<string> {
  const step = days.length <= 7 ? 2 : days.length <= 30 ? 7 : 21
  return new Set(days.filter((_, index) => (days.length - 1 - index) % step === 0))
}

/** `24 Nov`. A day of the calendar has no zone to be moved by. */
export function calendarDay(key: string): string {
  return new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', timeZone: 'UTC' }).format(new Date(`${key}T00:00:00Z`))
}
