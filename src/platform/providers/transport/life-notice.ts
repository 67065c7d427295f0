import type { IncomingHttpHeaders } from 'node:http'

/** What an answer said about the end of what was called. Times are ISO 8601. */
export interface LifeNotice {
  /** Since when, or from when on, it is deprecated; null when the vendor gives no date. */
  readonly deprecatedAt: string | null
  /** When it stops answering; null when not said. */
  readonly sunsetAt: string | null
  /** Where the vendor explains it, or null. */
  readonly link: string | null
}

const LINK_CHARACTERS_MAX = 500

/**
 * Reads the headers `Deprecation` (RFC 9745: `@1735689600`; the drafts before it: a date, or `true`) and
 * `Sunset` (RFC 8594: a date), with the `Link` that explains them. Null when there is neither.
 */
export function readLifeNotice(headers: IncomingHttpHeaders): LifeNotice | null {
  const [deprecation, sunset] = [textOf(headers['deprecation']), textOf(headers['sunset'])]
  if (deprecation === null && sunset === null) return null
  if (deprecation === 'false' && sunset === null) return null
  return { deprecatedAt: timeOf(deprecation), sunsetAt: timeOf(sunset), link: linkOf(textOf(headers['link'])) }
}

function textOf(header: string | readonly string[] | undefined): string | null {
  const text = typeof header === 'string' ? header : header?.[0]
  return text === undefined || text.trim() === '' ? null : text.trim()
}

function timeOf(text: string | null): string | null {
  if (text === null) return null
  const stamp = /^@(-?\d{1,12})$/.exec(text)?.[1]
  const ms = stamp === undefined ? Date.parse(text) : Number(stamp) * 1000
  return Number.isNaN(ms) ? null : new Date(ms).toISOString()
}

function linkOf(header: string | null): string | null {
  const match = /<([^>]+)>\s*;[^,]*rel="?(?:deprecation|sunset|successor-version)"?/i.exec(header ?? '')?.[1]
  return match === undefined || !URL.canParse(match) || !match.startsWith('https:') ? null : match.slice(0, LINK_CHARACTERS_MAX)
}
