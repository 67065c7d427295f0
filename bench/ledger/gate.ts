/** A fast wrong answer is no answer: beside the figures, proof that nothing was overdrawn, lost or doubled. */
import { checkLaws, grant, InsufficientCredits, invariants, Ledger, readBalance, reserve, type ReserveInput } from '#domains/credits'
import { newId } from '#lib/ids'
import { type Db, sql } from '#platform/db'

const CALLERS = 16
const CREDITS = [500n, 300n, 200n]
const PRICE = 7n

export interface Gate {
  /** Accounts that were drained by 16 callers at once, and those of them that gave more or less than they had. */
  readonly drained: number
  readonly wrong: number
  /** Broken laws of the books, over all databases. */
  readonly violations: number
}

export async function drainAndProve(databases: readonly Db[]): Promise<Gate> {
  let drained = 0
  let wrong = 0
  let violations = 0
  for (const db of databases) {
    const ledger = new Ledger(db)
    for (let run = 0; run < 5; run += 1) {
      for (const hold of [(input: ReserveInput) => reserve(db, input), (input: ReserveInput) => ledger.reserve(input)]) {
        drained += 1
        if (!(await drain(db, hold))) wrong += 1
      }
    }
    violations += (await checkLaws(db, invariants)).reduce((sum, check) => sum + check.violations, 0)
  }
  return { drained, wrong, violations }
}

/** True when exactly as many were served as could be paid, and the rest is there. */
async function drain(db: Db, hold: (input: ReserveInput) => Promise<void>): Promise<boolean> {
  const accountId = newId()
  await db.query(sql`/* bench.addPerson */ insert into auth_users (id, name, email) values (${accountId}, 'Bench', ${`${accountId}@example.com`})`)
  for (const amount of CREDITS) await grant(db, { accountId, amount, source: 'admin', reason: 'bench', actor: 'system' })
  const total = CREDITS.reduce((sum, amount) => sum + amount, 0n)
  let served = 0n
  const caller = async () => {
    for (;;) {
      const id = newId()
      try {
        await hold({ id, accountId, generationId: id, amount: PRICE, deadlineSeconds: 3_600 })
        served += 1n
      } catch (error) {
        if (error instanceof InsufficientCredits) return
        throw error
      }
    }
  }
  await Promise.all(Array.from({ length: CALLERS }, caller))
  const { available, held } = await readBalance(db, accountId)
  return served === total / PRICE && available === total % PRICE && held === total - available
}
