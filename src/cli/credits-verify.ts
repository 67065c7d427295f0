import { styleText } from 'node:util'
import { books } from '#domains/admin'
import { type Check, findWrong, readSealDigest, type Verification, verifyBooks } from '#domains/credits'
import type { Db } from '#platform/db'
import { type Command, optional, type Outcome, UsageError } from './command.ts'

interface Expected {
  readonly number: number
  readonly digest: string
}

export const creditsVerify: Command = {
  name: 'credits verify',
  summary: 'Proves the books: every law of the ledger and every seal of the journal. Changes nothing. Ends with 1 when something is wrong.',
  examples: [
    ['', 'is everything right?'],
    ['--json', 'the same for a program'],
    ['--expect-seal 12:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08', 'was anything rewritten before a seal that was noted elsewhere?'],
  ],
  options: {
    'expect-seal': { type: 'string', value: 'number:digest', help: 'a seal that was noted earlier and has to be there unchanged' },
  },
  whileServerRuns: 'While the server runs, it verifies by itself: see cooly_ledger_violations at /metrics.',
  prepare: (values) => {
    const expected = readExpected(optional(values, 'expect-seal'))
    return (db) => verify(db, expected)
  },
}

function readExpected(text: string | null): Expected | null {
  if (text === null) return null
  const [, number, digest] = /^(\d{1,9}):([0-9a-f]{64})$/.exec(text) ?? []
  if (number === undefined || digest === undefined) throw new UsageError('--expect-seal is a number, a colon, and a digest of 64 hexadecimal digits.')
  return { number: Number(number), digest }
}

async function verify(db: Db, expected: Expected | null): Promise<Outcome> {
  const verification = await verifyBooks(db, books)
  const missing = expected !== null && (await readSealDigest(db, expected.number)) !== expected.digest
  const ok = findWrong(verification).length === 0 && !missing
  const text = describe(verification, missing ? expected : null)
  return { text, data: { ok, ...verification, ...(expected === null ? {} : { expectedSealFound: !missing }) }, exitCode: ok ? 0 : 1 }
}

function describe(verification: Verification, missing: Expected | null): string {
  const { checks, rows, ms, lastSeal } = verification
  const wrong = findWrong(verification).length
  const lines = checks.toSorted((a, b) => (a.id < b.id ? -1 : 1)).map(describeCheck)
  if (missing !== null) lines.push(`${red('WRONG')}  seal ${missing.number} is not the one that was noted`)
  const result = wrong === 0 ? 'the books are in order' : `${wrong} of ${checks.length} checks found wrong books`
  lines.push('', `${rows} journal lines in ${ms / 1_000} s: ${result}`)
  lines.push(lastSeal === null ? 'nothing is sealed yet' : `last seal ${lastSeal.number}:${lastSeal.digest}`)
  return `${lines.join('\n')}\n`
}

function describeCheck({ id, name, violations, ids, late }: Check): string {
  const mark = violations === 0 ? 'ok   ' : late ? 'late ' : red('WRONG')
  const more = violations > ids.length ? ` and ${violations - ids.length} more` : ''
  const found = violations === 0 ? '' : `\n              ${violations}: ${ids.join(' ')}${more}`
  return `${mark}  ${id}  ${name}${found}`
}

/** Plain where nobody looks at a terminal, or NO_COLOR is set. */
function red(text: string): string {
  return styleText('red', text, { stream: process.stdout })
}
