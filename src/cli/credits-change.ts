/** What granting and adjusting from the command line have in common. */
import { changeCredits, type ChangedCredits, type CreditChange, type Holder, REASON_LENGTH_MAX } from '#domains/admin'
import { CREDITS_MAX } from '#domains/credits'
import { fingerprint } from '#lib/fingerprint'
import type { Db, Tx } from '#platform/db'
import { answerOnce } from '#platform/idempotency'
import { type Option, optional, type Outcome, required, UsageError, type Values } from './command.ts'
import { cliActor } from './cli-actor.ts'
import { accountOptions, findHolder, readWhose, type Whose } from './credits-account.ts'

export const changeOptions = {
  ...accountOptions,
  amount: { type: 'string', value: 'credits', help: 'how many, a whole number' },
  reason: { type: 'string', value: 'text', help: 'why; the owner of the account reads it too' },
  'expires-at': { type: 'string', value: 'time', help: 'when what is given expires, like 2027-01-31T00:00:00Z; never unless told' },
  key: { type: 'string', value: 'text', help: 'do it once: for 24 hours, the same call with the same key changes nothing more' },
  'dry-run': { type: 'boolean', help: 'say what would happen, and change nothing' },
} as const satisfies Record<string, Option>

interface Wish extends Pick<CreditChange, 'kind' | 'amount' | 'reason' | 'expiresAt'> {
  readonly whose: Whose
  readonly key: string | null
  readonly dryRun: boolean
}

export function readWish(kind: Wish['kind'], values: Values): Wish {
  const reason = required(values, 'reason')
  if (reason.length > REASON_LENGTH_MAX) throw new UsageError(`--reason is longer than ${REASON_LENGTH_MAX} characters.`)
  const key = optional(values, 'key')
  if (key !== null && key.length > 255) throw new UsageError('--key is longer than 255 characters.')
  return {
    kind, reason, key,
    whose: readWhose(values),
    amount: readAmount(required(values, 'amount')),
    expiresAt: readTime(optional(values, 'expires-at')),
    dryRun: values['dry-run'] === true,
  }
}

function readAmount(text: string): bigint {
  const amount = /^[+-]?\d{1,16}$/.test(text) ? BigInt(text.replace('+', '')) : 0n
  if (amount === 0n || amount > CREDITS_MAX || amount < -CREDITS_MAX) {
    throw new UsageError(`--amount is a whole number other than 0, at most ${CREDITS_MAX}: ${text}`)
  }
  return amount
}

function readTime(text: string | null): Date | null {
  if (text === null) return null
  const time = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/.test(text) ? new Date(text) : new Date(Number.NaN)
  if (Number.isNaN(time.getTime())) throw new UsageError(`--expires-at is a time with its zone, like 2027-01-31T00:00:00Z: ${text}`)
  return time
}

/** Changes what the wish says, or finds out what that would do. */
export async function change(db: Db, wish: Wish): Promise<Outcome> {
  const { replayed, ...done } = wish.dryRun ? await rehearse(db, wish) : await changeOnce(db, wish)
  const data = { ...done, dryRun: wish.dryRun, replayed }
  return { text: describe(data), data, exitCode: 0 }
}

interface Done {
  readonly accountId: string
  readonly email: string
  readonly amount: number
  readonly available: number
  readonly held: number
  readonly before: { readonly available: number; readonly held: number }
  readonly transactionId: string
}

async function changeOnce(db: Db, wish: Wish): Promise<Done & { replayed: boolean }> {
  const { kind, amount, reason, expiresAt, whose, key } = wish
  const { accountId } = await findHolder(db, whose)
  const requestHash = fingerprint(`cli credits.${kind}`, { amount: String(amount), reason, expiresAt: expiresAt?.toISOString() })
  const { body, replayed } = await answerOnce(db, key === null ? null : { accountId, key: `cli:${key}`, requestHash }, async (tx) => {
    return { status: 200, body: await perform(tx, wish) }
  })
  return { ...(body as Done), replayed }
}

/** Does it and rolls it back: what it tells is what would happen, refusals included. */
async function rehearse(db: Db, wish: Wish): Promise<Done & { replayed: boolean }> {
  const rehearsed = new Rehearsed()
  try {
    await db.transaction(async (tx) => {
      rehearsed.done = await perform(tx, wish)
      throw rehearsed
    })
  } catch (error) {
    if (error !== rehearsed) throw error
  }
  return { ...rehearsed.done!, replayed: false }
}

class Rehearsed extends Error {
  done: Done | undefined
}

async function perform(tx: Tx, { kind, amount, reason, expiresAt, whose }: Wish): Promise<Done> {
  const holder = await findHolder(tx, whose)
  const changed = await changeCredits(tx, { accountId: holder.accountId, kind, amount, reason, expiresAt, actor: cliActor(), requestId: null })
  return toDone(holder, amount, changed)
}

function toDone({ accountId, email }: Holder, amount: bigint, { available, held, before, transactionId }: ChangedCredits): Done {
  return {
    accountId, email, transactionId,
    amount: Number(amount),
    available: Number(available),
    held: Number(held),
    before: { available: Number(before.available), held: Number(before.held) },
  }
}

function describe({ email, accountId, amount, available, held, before, transactionId, dryRun, replayed }: Done & { dryRun: boolean; replayed: boolean }): string {
  const credits = `${Math.abs(amount)} ${Math.abs(amount) === 1 ? 'credit' : 'credits'}`
  const what = amount > 0 ? `${credits} given to ${email}` : `${credits} taken from ${email}`
  const lead = dryRun ? 'Would be: ' : replayed ? 'Done before: ' : ''
  const line = dryRun ? '' : `\njournal    ${transactionId}`
  return `${lead}${what}\naccount    ${accountId}\navailable  ${before.available} -> ${available}\nheld       ${held}${line}\n`
}
