import type { Books } from './books.ts'
import { apply } from './apply.ts'
import type { Call } from './calls.ts'

export interface Told {
  readonly call: Call
  readonly outcome: string
}

/**
 * Looks for an order in which the calls, one after another and then the last ones, tell every caller what it was told and leave the totals
 * that were found. Undefined when there is none: then the callers saw something that one at a time cannot happen.
 *
 * Which lots a hold took from is not compared: callers that wait for the same lots may take them in another turn.
 */
export function findSerialOrder(before: Books, { told, last }: { told: readonly Told[]; last: readonly Told[] }, after: Books): Told[] | undefined {
  if (told.length === 0) return leavesTotals(before, last, after) ? [...last] : undefined
  for (const [index, next] of told.entries()) {
    const books = before.clone()
    if (apply(books, next.call) !== next.outcome) continue
    const rest = findSerialOrder(books, { told: told.toSpliced(index, 1), last }, after)
    if (rest !== undefined) return [next, ...rest]
  }
  return undefined
}

function leavesTotals(before: Books, last: readonly Told[], after: Books): boolean {
  const books = before.clone()
  for (const { call } of last) apply(books, call)
  const [these, those] = [books.totals(), after.totals()]
  return Object.entries(these).every(([bucket, amount]) => amount === those[bucket as keyof typeof those])
}
