import type { IncomingHttpHeaders } from 'node:http'

const KINDS = ['requests', 'tokens', 'images'] as const
const SECONDS_MAX = 24 * 60 * 60

/**
 * For how long, in whole seconds, a limit of the account is used up, by the headers
 * `x-ratelimit-remaining-*` and `x-ratelimit-reset-*` (`1s`, `6m0s`, `20ms`). Null when none is.
 */
export function exhaustedForSeconds(headers: IncomingHttpHeaders): number | null {
  const waits = KINDS.filter((kind) => headers[`x-ratelimit-remaining-${kind}`] === '0')
    .map((kind) => secondsOf(headers[`x-ratelimit-reset-${kind}`]))
    .filter((seconds) => seconds !== null)
  return waits.length === 0 ? null : Math.min(Math.max(...waits), SECONDS_MAX)
}

const UNIT_MS: Readonly<Record<string, number>> = { h: 3_600_000, m: 60_000, s: 1000, ms: 1 }

function secondsOf(header: string | string[] | undefined): number | null {
  if (typeof header !== 'string' || !/^(?:\d+(?:\.\d+)?(?:ms|[hms]))+$/.test(header)) return null
  const parts = [...header.matchAll(/(\d+(?:\.\d+)?)(ms|[hms])/g)]
  return Math.ceil(parts.reduce((sum, [, amount, unit]) => sum + Number(amount) * (UNIT_MS[unit ?? ''] ?? 0), 0) / 1000)
}
