import type { FailureRecord } from '#platform/providers'
import type { Logger } from '#platform/telemetry'
import type { Meter } from './meter.ts'

/** What no waiting puts right, by the port's reason, and what does. */
const remedies = {
  auth: 'Its key or account is not accepted: look whether the key was revoked, mistyped or belongs to another region, set a valid one and restart.',
  permission: 'The key is valid and may not do this: look at the account for unpaid bills, a model that is not activated, or rights that the key lacks.',
  quota: 'What the account may spend is used up: add credit or raise its limit at the provider.',
} as const satisfies Partial<Record<FailureRecord['reason'], string>>

type Alarming = keyof typeof remedies

/** One line for so long, however many calls fail alike. */
const QUIET_MS = 10 * 60_000

export interface OperatorAlarmParts {
  readonly log: Logger
  readonly meter: Pick<Meter, 'alarmed'>
  /** Milliseconds of a clock that only goes on; the process's unless told. */
  readonly now?: () => number
}

/**
 * Tells the operator, as an error, of failures that stay until somebody does something at the provider: everything else about calls is for whoever looks.
 *
 * The first one of a provider, kind and reason is told at once, and as long as there are more, every ten minutes how many there were. All are counted. One per process.
 */
export class OperatorAlarm {
  readonly #parts: OperatorAlarmParts
  readonly #told = new Map<string, { at: number; since: number }>()

  constructor(parts: OperatorAlarmParts) {
    this.#parts = parts
  }

  /** Hears of any failure; says nothing of those that are no operator's. */
  hear({ provider, kind }: { readonly provider: string; readonly kind: string }, { reason, message }: Pick<FailureRecord, 'reason' | 'message'>): void {
    if (!isAlarming(reason)) return
    const { log, meter, now = () => performance.now() } = this.#parts
    meter.alarmed(provider, kind, reason)
    const name = `${provider} ${kind} ${reason}`
    const told = this.#told.get(name)
    if (told !== undefined && now() - told.at < QUIET_MS) {
      told.since += 1
      return
    }
    this.#told.set(name, { at: now(), since: 0 })
    log.error({ provider, kind, reason, failures: (told?.since ?? 0) + 1, said: message.slice(0, 1_000), remedy: remedies[reason] }, 'a provider refuses calls until the operator does something about it')
  }
}

function isAlarming(reason: FailureRecord['reason']): reason is Alarming {
  return Object.hasOwn(remedies, reason)
}
