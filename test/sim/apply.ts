import { type Books, DAYS_NEVER, type Lot } from './books.ts'
import type { Call } from './calls.ts'

/** What the model does at a call, and what it says the caller is told. */
export function apply(books: Books, call: Call): string {
  switch (call.do) {
    case 'grant':
      return applyGrant(books, call)
    case 'reserve':
      return applyReserve(books, call)
    case 'settle':
      return applySettle(books, call)
    case 'lapse':
      books.lots[call.lot]!.days = -1
      return 'done'
    case 'overdue':
      applySettle(books, { do: 'settle', id: call.id, captured: 0n, coalesced: false })
      return 'done'
    case 'expire':
      for (const lot of books.lots) if (lot.days < 0) expire(lot)
      return 'done'
    case 'revoke':
      return applyRevoke(books, call)
    case 'adjust':
      return applyAdjust(books, call)
  }
}

type CallOf<Do extends Call['do']> = Extract<Call, { do: Do }>

function applyGrant(books: Books, { amount, bought, reference, days }: CallOf<'grant'>): string {
  if (reference !== null && books.done.has(reference)) return 'known'
  if (reference !== null) books.done.set(reference, 'known')
  addLot(books, amount, bought ? 1 : 0, days)
  return 'granted'
}

/** What is owed is repaid first. */
function addLot(books: Books, granted: bigint, rank: 0 | 1, days: number): void {
  const revoked = least(granted, books.debt)
  books.debt -= revoked
  const empty = { held: 0n, captured: 0n, expired: 0n, claimed: 0n, owed: 0n }
  books.lots.push({ ...empty, rank, granted, remaining: granted - revoked, revoked, days: Math.min(days, DAYS_NEVER) })
}

function applyReserve(books: Books, { id, amount }: CallOf<'reserve'>): string {
  if (books.holds.has(id)) return 'held'
  if (books.available() < amount) return 'insufficient'
  const parts = take(books, amount)
  for (const part of parts) books.lots[part.lot]!.held += part.amount
  books.holds.set(id, { amount, parts, status: 'held', captured: 0n, released: 0n })
  return 'held'
}

/** Takes from what remains, in spend order. */
function take(books: Books, amount: bigint): { lot: number; amount: bigint }[] {
  let missing = amount
  return books.spendable().flatMap((place) => {
    const lot = books.lots[place]!
    const taken = least(lot.remaining, missing)
    lot.remaining -= taken
    missing -= taken
    return taken === 0n ? [] : [{ lot: place, amount: taken }]
  })
}

function applySettle(books: Books, { id, captured }: CallOf<'settle'>): string {
  const hold = books.holds.get(id)
  if (hold === undefined) return 'bug'
  if (hold.status !== 'held') return `again ${hold.captured}/${hold.released}`
  if (captured > hold.amount) return 'bug'
  let left = captured
  const graceEnds = books.nextGraceEnd()
  for (const part of hold.parts) {
    const spent = least(left, part.amount)
    left -= spent
    giveBack(books, books.lots[part.lot]!, { spent, released: part.amount - spent, graceEnds })
  }
  Object.assign(hold, { status: captured > 0n ? 'captured' : 'released', captured, released: hold.amount - captured })
  return `ended ${captured}/${hold.amount - captured}`
}

/** A part of a hold ends: some is spent, the rest goes to a clawback that waits, or back to where it came from. */
function giveBack(books: Books, lot: Lot, { spent, released, graceEnds }: { spent: bigint; released: bigint; graceEnds: number }): void {
  const claimed = least(released, lot.claimed)
  lot.held -= spent + released
  lot.captured += spent
  lot.revoked += claimed
  lot.claimed -= claimed
  if (released > claimed && lot.days < 0) {
    expire(lot)
    lot.days = graceEnds
  }
  lot.remaining += released - claimed
  // Claimed, and spent after all.
  const owed = lot.claimed > lot.held ? lot.claimed - lot.held : 0n
  lot.claimed -= owed
  lot.owed += owed
  books.debt += owed
}

function expire(lot: Lot): void {
  lot.expired += lot.remaining
  lot.remaining = 0n
}

/** First what remains, then what is held, then what was spent; never more than there is. */
function applyRevoke(books: Books, { id, lot: place, amount }: CallOf<'revoke'>): string {
  const earlier = books.done.get(id)
  if (earlier !== undefined) return earlier
  const lot = books.lots[place]!
  const revoked = least(amount, lot.remaining)
  const claim = least(amount - revoked, lot.held - lot.claimed)
  const debt = least(amount - revoked - claim, lot.captured - lot.owed)
  lot.remaining -= revoked
  lot.revoked += revoked
  lot.claimed += claim
  lot.owed += debt
  books.debt += debt
  const outcome = `revoked ${revoked}/${claim}/${debt}`
  books.done.set(id, outcome)
  return outcome
}

function applyAdjust(books: Books, { id, amount }: CallOf<'adjust'>): string {
  if (books.done.has(id)) return 'again'
  if (amount < 0n) {
    if (books.available() < -amount) return 'insufficient'
    for (const part of take(books, -amount)) books.lots[part.lot]!.revoked += part.amount
  } else addLot(books, amount, 0, Infinity)
  books.done.set(id, 'again')
  return 'adjusted'
}

function least(one: bigint, other: bigint): bigint {
  return one < other ? one : other
}
