import { decodeCursor, encodeCursor, idShape } from '#lib/cursor'
import type { Queryable } from '#platform/db'
import type { Movement, MovementKind } from './model.ts'
import { listMovements, type StatementPlace } from './sql-statement.ts'

export interface StatementInput {
  readonly accountId: string
  readonly kind: MovementKind | null
  readonly withHolds: boolean
  readonly cursor: string | null
  readonly limit: number
}

export interface StatementPage {
  readonly items: Movement[]
  readonly nextCursor: string | null
}

/**
 * A page of an account's statement, newest first. One round trip.
 *
 * Refuses `InvalidCursor`. The amounts of the unfiltered statement sum to available + held.
 */
export async function readStatement(db: Queryable, input: StatementInput): Promise<StatementPage> {
  const { cursor, limit, ...rest } = input
  const after = cursor === null ? null : readCursor(cursor)
  const lines = await listMovements(db, { ...rest, after, limit: limit + 1 })
  const items = lines.slice(0, limit)
  const last = items.at(-1)
  const nextCursor = lines.length > limit && last !== undefined ? writeCursor(last) : null
  return { items, nextCursor }
}

function writeCursor({ id, kind, amount, balanceAfter, atMicros }: Movement & { atMicros: bigint }): string {
  return encodeCursor({ at: String(atMicros), id, kind, balance: String(balanceAfter - amount) })
}

const shapes = { at: /^\d{1,17}$/, id: idShape, kind: /^[a-z]{4,8}$/, balance: /^-?\d{1,16}$/ }

function readCursor(cursor: string): StatementPlace {
  const { at, id, kind, balance } = decodeCursor(cursor, shapes)
  return { atMicros: BigInt(at), id, kind, balance: BigInt(balance) }
}
