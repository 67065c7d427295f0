import type { Queryable } from '#platform/db'
import type { Movement } from './model.ts'
import { readStatement, type StatementInput } from './statement.ts'

const PAGE = 1_000
const ROWS_MAX = 100_000

/** The whole statement as CSV (RFC 4180), newest first, at most 100 000 lines. */
export async function* exportStatement(db: Queryable, input: Omit<StatementInput, 'cursor' | 'limit'>): AsyncGenerator<string> {
  yield 'createdAt,kind,amount,heldChange,balanceAfter,generationId,reason,id\r\n'
  let cursor: string | null = null
  for (let rows = 0; rows < ROWS_MAX; rows += PAGE) {
    const page = await readStatement(db, { ...input, cursor, limit: PAGE })
    yield page.items.map(toLine).join('')
    cursor = page.nextCursor
    if (cursor === null) return
  }
}

function toLine({ createdAt, kind, amount, heldChange, balanceAfter, generationId, reason, id }: Movement): string {
  const cells = [createdAt.toISOString(), kind, amount, heldChange, balanceAfter, generationId ?? '', toText(reason), id]
  return `${cells.join(',')}\r\n`
}

/** Quoted, and led by a quote mark where a spreadsheet would otherwise read a formula. */
function toText(text: string): string {
  const inert = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text
  return `"${inert.replaceAll('"', '""')}"`
}
