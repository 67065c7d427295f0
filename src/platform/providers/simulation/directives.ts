const FAULTS = [
  '429',
  '500',
  'reset',
  'hang',
  'bad-json',
  'lost-reply',
  'refuse-input',
  'refuse-output',
  'expired-url',
  'bad-asset',
  'endless',
  'duplicate-callback',
  'late-callback',
] as const

export type FaultName = (typeof FAULTS)[number]

export interface Directives {
  /** The prompt as it is drawn: without directives. */
  readonly prompt: string
  /** How long each call takes; null when the prompt leaves it to the simulator. */
  readonly delayMs: number | null
  /** True when the fault is asked for on this call. */
  readonly has: (fault: FaultName) => boolean
}

const DIRECTIVE = /\[\[\s*(delay|fault)\s*:\s*([a-z0-9-]+)\s*(?:@\s*(\d{1,6})\s*)?\]\]/gi
const DELAY_MS_MAX = 10 * 60_000

/**
 * Reads the directives in a prompt: `[[delay:8000]]`, `[[fault:500]]`, and `[[fault:500@2]]` for the
 * second call only. What looks like a directive and is none stays in the prompt, as text.
 */
export function readDirectives(prompt: string, callNumber: number): Directives {
  const faults = new Set<FaultName>()
  let delayMs: number | null = null
  const rest = prompt.replace(DIRECTIVE, (text, kind: string, value: string, at: string | undefined) => {
    if (kind.toLowerCase() === 'delay') {
      if (!/^\d+$/.test(value)) return text
      delayMs = Math.min(Number(value), DELAY_MS_MAX)
      return ''
    }
    const fault = FAULTS.find((name) => name === value.toLowerCase())
    if (fault === undefined) return text
    if (at === undefined || Number(at) === callNumber) faults.add(fault)
    return ''
  })
  return { prompt: rest.replace(/\s+/g, ' ').trim(), delayMs, has: (fault) => faults.has(fault) }
}
