/**
 * The ledger as a child would write it: plain objects, one caller, no database. What the real one does is held against it.
 *
 * Lots are named by their place in the order of their making, holds by their id.
 */
export const DAYS_NEVER = 1_000_000
/** For so long credits live on that come back to a lot past its time. */
const GRACE_DAYS = 7

export const buckets = ['granted', 'remaining', 'held', 'captured', 'expired', 'revoked', 'claimed', 'owed'] as const

export interface Lot {
  readonly rank: 0 | 1
  granted: bigint
  remaining: bigint
  held: bigint
  captured: bigint
  expired: bigint
  revoked: bigint
  /** The part of `held` that a clawback waits for. */
  claimed: bigint
  /** The part of `captured` that became a debt. */
  owed: bigint
  /** Days from now until it ends; `DAYS_NEVER`; less than 0 when its time is over. */
  days: number
}

export interface Hold {
  readonly amount: bigint
  readonly parts: readonly { readonly lot: number; readonly amount: bigint }[]
  status: 'held' | 'captured' | 'released'
  captured: bigint
  released: bigint
}

export class Books {
  readonly lots: Lot[]
  readonly holds: Map<string, Hold>
  /** What a repetition of a call is told, by what the call is known by. */
  readonly done: Map<string, string>
  /** What the account owes and has not repaid. */
  debt: bigint

  constructor(lots: Lot[] = [], holds = new Map<string, Hold>(), done = new Map<string, string>(), debt = 0n) {
    this.lots = lots
    this.holds = holds
    this.done = done
    this.debt = debt
  }

  clone(): Books {
    const holds = new Map([...this.holds].map(([id, hold]) => [id, { ...hold }]))
    return new Books(this.lots.map((lot) => ({ ...lot })), holds, new Map(this.done), this.debt)
  }

  /** Places of the lots that may be spent, in spend order. */
  spendable(): number[] {
    const places = this.lots.flatMap(({ remaining, days }, place) => (remaining > 0n && days >= 0 ? [place] : []))
    const order = (a: number, b: number) => {
      const [one, other] = [this.lots[a]!, this.lots[b]!]
      return one.days - other.days || one.rank - other.rank || a - b
    }
    return places.toSorted(order)
  }

  available(): bigint {
    return this.spendable().reduce((sum, place) => sum + this.lots[place]!.remaining, 0n)
  }

  /** What the whole account has in each bucket, and owes. What is past its time and not yet swept counts as remaining. */
  totals(): Record<(typeof buckets)[number] | 'debt', bigint> {
    const sums = buckets.map((bucket) => [bucket, this.lots.reduce((total, lot) => total + lot[bucket], 0n)])
    return { ...(Object.fromEntries(sums) as Record<(typeof buckets)[number], bigint>), debt: this.debt }
  }

  /** When credits that come back too late end: a moment after the last that did. */
  nextGraceEnd(): number {
    return Math.max(GRACE_DAYS, ...this.lots.map(({ days }) => (days < GRACE_DAYS + 1 ? days : 0))) + 1e-6
  }

  /** Everything, as plain data that compares and prints; times to a quarter of an hour. */
  describe(): object {
    const lots = this.lots.map((lot) => ({ ...lot, days: Math.round(lot.days * 100) / 100 }))
    return { lots, holds: Object.fromEntries(this.holds), debt: this.debt }
  }
}
