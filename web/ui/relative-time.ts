const steps: Array<[limitSeconds: number, unitSeconds: number, unit: Intl.RelativeTimeFormatUnit]> = [
  [3600, 60, 'minute'],
  [86_400, 3600, 'hour'],
  [7 * 86_400, 86_400, 'day'],
  [30 * 86_400, 7 * 86_400, 'week'],
  [365 * 86_400, 30 * 86_400, 'month'],
  [Infinity, 365 * 86_400, 'year'],
]

/** `just now`, `3 minutes ago`, `yesterday`, `in 18 days`. Pure: the caller says what time it is. */
export function relativeTime(iso: string, now: number, locale = 'en'): string {
  const seconds = Math.round((Date.parse(iso) - now) / 1000)
  const away = Math.abs(seconds)
  if (away < 45) return seconds > 5 ? 'in a moment' : 'just now'
  const [, unitSeconds, unit] = steps.find(([limit]) => away < limit) ?? steps[steps.length - 1]!
  const count = Math.sign(seconds) * Math.max(1, Math.round(away / unitSeconds))
  return new Intl.RelativeTimeFormat(locale, { numeric: 'auto' }).format(count, unit)
}

/** The exact instant, in the reader's own zone. */
export function exactTime(iso: string, locale?: string): string {
  return new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'medium' }).format(new Date(iso))
}

/** The day alone; the year only when it is not this one. */
export function dayText(iso: string, now: number, month: 'short' | 'long' = 'short', locale = 'en-GB'): string {
  const date = new Date(iso)
  const sameYear = date.getFullYear() === new Date(now).getFullYear()
  return new Intl.DateTimeFormat(locale, { day: 'numeric', month, ...(sameYear ? {} : { year: 'numeric' }) }).format(date)
}
