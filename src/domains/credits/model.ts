/** The largest amount that JSON numbers carry exactly (2^53 - 1). */
export const CREDITS_MAX = 9_007_199_254_740_991n

/** How long credits live on that come back to a lot past its expiry: a generation that failed never costs. */
export const GRACE_DAYS = 7

/** Where a lot came from. */
export type LotSource = 'seed' | 'welcome' | 'admin' | 'coupon' | 'subscription' | 'purchase'

export interface Balance {
  readonly available: bigint
  readonly held: bigint
}

export interface Lot {
  readonly id: string
  readonly source: LotSource
  readonly granted: bigint
  readonly remaining: bigint
  /** `null`: never. */
  readonly expiresAt: Date | null
}

export interface AccountCredits extends Balance {
  readonly lots: readonly Lot[]
}

/** What became of a clawback. `repeated` when an earlier call with the same id did it and this one changed nothing. */
export interface Revocation {
  /** Taken from what remained of the lot. */
  readonly revoked: bigint
  /** Held by open generations: taken when it comes back, owed when it is captured. */
  readonly claimed: bigint
  /** Spent before: the account owes it, and later grants repay it. */
  readonly debt: bigint
  readonly repeated: boolean
}

/** Credits set aside, and the lots they were taken from, in spend order. */
export interface Hold {
  readonly id: string
  readonly amount: bigint
  readonly lotIds: readonly string[]
  readonly lotAmounts: readonly bigint[]
}

/** How a hold ended. `repeated` when an earlier call ended it and this one changed nothing. */
export interface Settlement {
  readonly captured: bigint
  readonly released: bigint
  readonly repeated: boolean
}

export type MovementKind = 'grant' | 'capture' | 'expire' | 'adjust' | 'clawback' | 'hold' | 'release'

/** One line of a statement. `amount` is the change of available + held; `heldChange` the change of held alone. */
export interface Movement {
  readonly id: string
  readonly kind: MovementKind
  readonly amount: bigint
  readonly heldChange: bigint
  readonly balanceAfter: bigint
  readonly generationId: string | null
  readonly reason: string
  readonly createdAt: Date
}

/** Granted credits are spent before purchased ones of the same expiry. */
export function spendRank(source: LotSource): 0 | 1 {
  return source === 'purchase' ? 1 : 0
}

/** True for an amount of credits that may be moved. */
export function isAmount(amount: bigint): boolean {
  return amount >= 1n && amount <= CREDITS_MAX
}
