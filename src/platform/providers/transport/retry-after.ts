const SECONDS_MAX = 24 * 60 * 60

/**
 * Reads a Retry-After header: whole seconds or an HTTP date. Null when it is absent or makes no
 * sense. Never longer than a day, so that one odd header cannot park a provider for good.
 */
export function retryAfterSeconds(header: string | undefined, nowMs: number): number | null {
  if (header === undefined) return null
  const text = header.trim()
  const seconds = /^\d+$/.test(text) ? Number(text) : Math.ceil((Date.parse(text) - nowMs) / 1000)
  return Number.isNaN(seconds) ? null : Math.min(Math.max(seconds, 0), SECONDS_MAX)
}
