/** `poll-…` strikes the K-th time that a task is asked after, all others the K-th call of a request. */
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
  'poll-429',
  'poll-500',
  'poll-bad-json',
  'task-expired',
  'task-failed',
  'task-lost',
  'too-large',
  'redirect-private',
  'pixel-flood',
  'sunset',
] as const

export type FaultName = (typeof FAULTS)[number]

export function isFault(name: string): name is FaultName {
  return FAULTS.some((fault) => fault === name)
}

export interface Directives {
  /** The prompt as it is drawn: without directives. */
  readonly prompt: string
  /** How long each call takes; null when the prompt leaves it to the simulator. */
  readonly delayMs: number | null
  /** True when the fault is asked for on this call. */
  readonly has: (fault: FaultName) => boolean
  /** The same for another count, as that of the polls of a task. */
  readonly hasAt: (fault: FaultName, count: number) => boolean
}

const DIRECTIVE = /\[\[\s*(delay|fault)\s*:\s*([a-z0-9-]+)\s*(?:@\s*(\d{1,6})\s*)?\]\]/gi
const DELAY_MS_MAX = 10 * 60_000

/**
 * Reads the directives in a prompt: `[[delay:8000]]`, `[[fault:500]]`, and `[[fault:500@2]]` for the
 * second call only. What looks like a directive and is none stays in the prompt, as text. `header` is
 * the value of `x-fault`: names like those in the prompt, separated by commas.
 */
export function readDirectives(prompt: string, callNumber: number, header: string | string[] | undefined = ''): Directives {
  const faults: { name: FaultName; at: number | null }[] = []
  let delayMs: number | null = null
  const rest = prompt.replace(DIRECTIVE, (text, kind: string, value: string, at: string | undefined) => {
    if (kind.toLowerCase() === 'delay') {
      if (!/^\d+$/.test(value)) return text
      delayMs = Math.min(Number(value), DELAY_MS_MAX)
      return ''
    }
    const fault = FAULTS.find((name) => name === value.toLowerCase())
    if (fault === undefined) return text
    faults.push({ name: fault, at: at === undefined ? null : Number(at) })
    return ''
  })
  for (const item of String(header).split(',')) {
    const [word, at] = item.trim().toLowerCase().split('@')
    const fault = FAULTS.find((name) => name === word)
    if (fault !== undefined) faults.push({ name: fault, at: at === undefined ? null : Number(at) })
  }
  const hasAt = (fault: FaultName, count: number): boolean => faults.some(({ name, at }) => name === fault && (at === null || at === count))
  return { prompt: rest.replace(/\s+/g, ' ').trim(), delayMs, has: (fault) => hasAt(fault, callNumber), hasAt }
}
