import { stripVTControlCharacters } from 'node:util'
import { type Movement, movementView, readBalance, readStatement } from '#domains/credits'
import type { Db } from '#platform/db'
import { type Command, optional, type Outcome, UsageError } from './command.ts'
import { accountOptions, findHolder, readWhose, type Whose } from './credits-account.ts'

const LINES = 50
const LINES_MAX = 100_000
const PAGE_MAX = 1_000

export const creditsStatement: Command = {
  name: 'credits statement',
  summary: 'Shows what moved on an account, the newest first, with the balance after each line.',
  examples: [
    ['--email ada@example.com', 'the newest 50 lines'],
    ['--email ada@example.com --holds --limit 1000 --json', 'with holds and releases, for a program'],
  ],
  options: {
    ...accountOptions,
    holds: { type: 'boolean', help: 'also holds and releases, which change only what is held' },
    limit: { type: 'string', value: 'lines', help: `at most this many; ${LINES} unless told` },
  },
  whileServerRuns: 'While the server runs, GET /api/admin/users has balances and GET /api/admin/audit what operators changed.',
  prepare: (values) => {
    const limit = readLimit(optional(values, 'limit'))
    const whose = readWhose(values)
    return (db) => show(db, { whose, limit, withHolds: values['holds'] === true })
  },
}

function readLimit(text: string | null): number {
  const limit = text === null ? LINES : /^\d{1,6}$/.test(text) ? Number(text) : 0
  if (limit < 1 || limit > LINES_MAX) throw new UsageError(`--limit is a whole number from 1 to ${LINES_MAX}: ${text}`)
  return limit
}

async function show(db: Db, { whose, limit, withHolds }: { whose: Whose; limit: number; withHolds: boolean }): Promise<Outcome> {
  const { accountId, email } = await findHolder(db, whose)
  const { available, held } = await readBalance(db, accountId)
  const lines: Movement[] = []
  for (let cursor: string | null = null; lines.length < limit; ) {
    const page = await readStatement(db, { accountId, kind: null, withHolds, cursor, limit: Math.min(PAGE_MAX, limit - lines.length) })
    lines.push(...page.items)
    cursor = page.nextCursor
    if (cursor === null) break
  }
  const data = { accountId, email, available: Number(available), held: Number(held), items: lines.map(movementView) }
  const text = `${lines.map(toLine).join('')}\n${email}: ${available} available, ${held} held\n`
  return { text, data, exitCode: 0 }
}

function toLine({ kind, amount, heldChange, balanceAfter, reason, createdAt }: Movement): string {
  const change = kind === 'hold' || kind === 'release' ? `(${signed(heldChange)})` : signed(amount)
  const time = createdAt.toISOString().slice(0, 19).replace('T', ' ')
  return `${time}  ${kind.padEnd(8)}  ${change.padStart(12)}  ${String(balanceAfter).padStart(12)}  ${toPlain(reason)}\n`
}

function signed(amount: bigint): string {
  return amount > 0n ? `+${amount}` : String(amount)
}

/** On one line, and without what a terminal would obey: a reason is what somebody typed. */
function toPlain(text: string): string {
  return stripVTControlCharacters(text).replaceAll(/[\u0000-\u001f\u007f-\u009f]+/g, ' ')
}
