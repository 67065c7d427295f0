import { newId } from '#lib/ids'
import type { Books } from './books.ts'

/**
 * What a run wants to happen, as plain data, so that a case can be written down and played again.
 *
 * `pick` chooses among the lots, holds or earlier calls there are at that moment.
 */
export type Wish =
  | { readonly do: 'grant'; readonly amount: number; readonly bought: boolean; readonly reference: number | null; readonly days: number | null }
  | { readonly do: 'reserve'; readonly amount: number; readonly coalesced: boolean }
  /** Quarters of the hold that are captured; 5 is more than it holds. */
  | { readonly do: 'settle'; readonly pick: number; readonly quarters: number; readonly coalesced: boolean }
  /** The time of a lot is over. */
  | { readonly do: 'lapse'; readonly pick: number }
  /** Nobody ends a hold in time. */
  | { readonly do: 'overdue'; readonly pick: number }
  | { readonly do: 'expire' }
  | { readonly do: 'revoke'; readonly pick: number; readonly amount: number }
  | { readonly do: 'adjust'; readonly amount: number }
  | { readonly do: 'repeat'; readonly pick: number }

/** The same with everything decided. The model and the ledger get equal ones. */
export type Call =
  | { readonly do: 'grant'; readonly amount: bigint; readonly bought: boolean; readonly reference: string | null; readonly days: number }
  | { readonly do: 'reserve'; readonly id: string; readonly amount: bigint; readonly coalesced: boolean }
  | { readonly do: 'settle'; readonly id: string; readonly captured: bigint; readonly coalesced: boolean }
  | { readonly do: 'lapse'; readonly lot: number }
  | { readonly do: 'overdue'; readonly id: string }
  | { readonly do: 'expire' }
  | { readonly do: 'revoke'; readonly id: string; readonly lot: number; readonly amount: bigint }
  | { readonly do: 'adjust'; readonly id: string; readonly amount: bigint }

/** Undefined when there is nothing it could be about. */
export function decide(wish: Wish, books: Books, earlier: readonly Call[]): Call | undefined {
  switch (wish.do) {
    case 'grant': {
      const { amount, bought, reference, days } = wish
      return { do: 'grant', amount: BigInt(amount), bought, reference: reference === null ? null : `${bought}:${reference}`, days: days ?? Infinity }
    }
    case 'reserve':
      return { ...wish, amount: BigInt(wish.amount), id: newId() }
    case 'settle':
      return decideSettle(wish, books)
    case 'lapse':
      return books.lots.length === 0 ? undefined : { do: 'lapse', lot: wish.pick % books.lots.length }
    case 'overdue': {
      const id = choose([...books.holds].filter(([, { status }]) => status === 'held').map(([id]) => id), wish.pick)
      return id === undefined ? undefined : { do: 'overdue', id }
    }
    case 'expire':
      return { do: 'expire' }
    case 'revoke':
      return books.lots.length === 0 ? undefined : { do: 'revoke', id: newId(), lot: wish.pick % books.lots.length, amount: BigInt(wish.amount) }
    case 'adjust':
      return { do: 'adjust', id: newId(), amount: BigInt(wish.amount) }
    case 'repeat':
      return choose(earlier.filter(isRepeatable), wish.pick)
  }
}

function decideSettle({ pick, quarters, coalesced }: Extract<Wish, { do: 'settle' }>, books: Books): Call | undefined {
  const open = [...books.holds].filter(([, { status }]) => status === 'held')
  // Mostly holds that are open; now and then one that has ended.
  const chosen = choose(pick % 4 === 0 || open.length === 0 ? [...books.holds] : open, pick >> 2)
  if (chosen === undefined) return undefined
  const [id, { amount }] = chosen
  const captured = quarters === 5 ? amount + 1n : (amount * BigInt(quarters)) / 4n
  return { do: 'settle', id, captured, coalesced }
}

/** Calls that promise to do nothing the second time. */
function isRepeatable(call: Call): boolean {
  return call.do === 'grant' ? call.reference !== null : !['lapse', 'overdue', 'expire'].includes(call.do)
}

function choose<T>(from: readonly T[], pick: number): T | undefined {
  return from.length === 0 ? undefined : from[pick % from.length]
}
