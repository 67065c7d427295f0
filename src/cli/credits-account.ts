/** How the commands about credits are told whose. */
import { getHolder, type Holder, UserMissing } from '#domains/admin'
import { isId } from '#lib/ids'
import type { Queryable } from '#platform/db'
import { type Option, optional, UsageError, type Values } from './command.ts'

export const accountOptions = {
  account: { type: 'string', value: 'id', help: 'the account, by its id' },
  email: { type: 'string', value: 'address', help: 'the account, by its owner\'s address' },
} as const satisfies Record<string, Option>

export type Whose = { readonly accountId: string } | { readonly email: string }

export function readWhose(values: Values): Whose {
  const [accountId, email] = [optional(values, 'account'), optional(values, 'email')]
  if ((accountId === null) === (email === null)) throw new UsageError('Say whose: either --account or --email.')
  if (email !== null) return { email }
  if (!isId(accountId!)) throw new UsageError(`--account is not an id: ${accountId}`)
  return { accountId: accountId! }
}

export async function findHolder(db: Queryable, whose: Whose): Promise<Holder> {
  const holder = await getHolder(db, whose)
  if (holder === undefined) throw new UserMissing({})
  return holder
}
