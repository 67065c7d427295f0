import type { IncomingHttpHeaders } from 'node:http'

const SECONDS_MAX = 24 * 60 * 60

/** An HTTP date in any of its forms, or an ISO instant. `Date.parse` finds a date in `1.5` and in `soon 7`, too. */
const DATE = /^(?:[A-Z][a-z]{2,8},? |\d{4}-\d{2}-\d{2}T).*\d{2}:\d{2}/

/**
 * Reads a Retry-After header: seconds or an HTTP date. Null when it is absent or makes no sense. Never longer than a day, so that one odd header
 * cannot park a provider for good.
 */
export function retryAfterSeconds(header: string | undefined, nowMs: number): number | null {
  if (header === undefined) return null
  const text = header.trim()
  const seconds = /^\d+(\.\d+)?$/.test(text) ? Number(text) : DATE.test(text) ? (Date.parse(text) - nowMs) / 1000 : Number.NaN
  return Number.isNaN(seconds) ? null : Math.min(Math.max(Math.ceil(seconds), 0), SECONDS_MAX)
}

/** How long an answer says that we should wait. A date is read by the clock of whoever wrote it: ours may be wrong by an hour. */
export function toldToWaitSeconds(headers: IncomingHttpHeaders): number | null {
  const theirs = Date.parse(headers.date ?? '')
  return retryAfterSeconds(headers['retry-after'], Number.isNaN(theirs) ? Date.now() : theirs)
}
