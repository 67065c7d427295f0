import { randomBytes } from 'node:crypto'
import { hashPassword } from 'better-auth/crypto'
import { grant } from '#domains/credits'
import { newId } from '#lib/ids'
import type { Db, Tx } from '#platform/db'
import { getPersonByEmail, hasAdmin, insertPerson } from './sql.ts'

export const demoPerson = { email: 'test@example.com', password: 'testpassword123', credits: 1_000n } as const

export interface SeedConfig {
  readonly adminEmail: string
  /** `null`: one is made up. */
  readonly adminPassword: string | null
  readonly demo: boolean
}

export interface Seeded {
  /** The made-up password of an admin created just now. It is stored hashed and never told again. */
  readonly adminPassword: string | null
}

/**
 * Makes sure that there is an admin and, where wanted, the demo person with 1000 credits. Safe to repeat and to run in several processes
 * at once; what exists is left alone, its password included.
 */
export async function seed(db: Db, config: SeedConfig): Promise<Seeded> {
  return db.exclusively('cooly.seed', async () => {
    if (config.demo) await seedDemo(db)
    return { adminPassword: await seedAdmin(db, config) }
  })
}

async function seedDemo(db: Db): Promise<void> {
  if ((await getPersonByEmail(db, demoPerson.email)) !== undefined) return
  const passwordHash = await hashPassword(demoPerson.password)
  await db.transaction(async (tx) => {
    const accountId = await addPerson(tx, { name: 'Test', email: demoPerson.email, role: 'user', passwordHash })
    if (accountId === undefined) return
    await grant(tx, { accountId, amount: demoPerson.credits, source: 'seed', externalRef: `seed:${accountId}`, reason: 'credits to try it with', actor: 'system' })
  })
}

async function seedAdmin(db: Db, config: SeedConfig): Promise<string | null> {
  if (await hasAdmin(db)) return null
  const password = config.adminPassword ?? randomBytes(15).toString('base64url')
  const passwordHash = await hashPassword(password)
  await db.transaction((tx) => addPerson(tx, { name: 'Admin', email: config.adminEmail, role: 'admin', passwordHash }))
  return config.adminPassword === null ? password : null
}

async function addPerson(
  tx: Tx,
  person: { name: string; email: string; role: 'user' | 'admin'; passwordHash: string },
): Promise<string | undefined> {
  const userId = newId()
  return (await insertPerson(tx, { ...person, userId, identityId: newId() })) ? userId : undefined
}
