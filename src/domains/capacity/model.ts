/** Why a call may not begin: `paused` by the vendor's wish or an operator, `open` after an outage, `full` while all slots are taken. */
export type Blocked = 'paused' | 'open' | 'full'

export type Breaker = 'closed' | 'open' | 'half_open'

/** A provider as an operator sees it. */
export interface ProviderState {
  readonly provider: string
  readonly kind: string
  readonly concurrencyMax: number | null
  readonly limitedBy: string
  /** Calls that have a slot; null where there is no limit to count against. */
  readonly inUse: number | null
  readonly paused: boolean
  /** Null while it is paused until somebody resumes it. */
  readonly pausedUntil: Date | null
  readonly pauseReason: string | null
  readonly pausedBy: string | null
  readonly breaker: Breaker
  readonly openUntil: Date | null
  readonly faults: number
}
