/** The comparisons, each with the databases and accounts it needs. All amounts are one credit; nothing runs dry. */
import { Ledger, readBalance, reserve, settle } from '#domains/credits'
import { newId } from '#lib/ids'
import type { Db } from '#platform/db'
import { fill } from '../../scripts/fill.ts'
import { calls, type Figures, measureInTurn, type Subject } from '../slices.ts'
import { addAccounts, type BenchDatabase } from './databases.ts'
import { Naive, openBare } from './peers.ts'
import { openPgbench } from './pgbench.ts'

export interface Pace {
  readonly rounds: number
  readonly ms: number
}

const LOTS_EACH = 3
const CONNECTIONS = 8
const WHY = { reason: 'bench', actor: 'system' }

/** One operation after another on one account of the list, through the plain verbs, each statement a transaction. */
function plainly(db: Db, accounts: readonly string[]) {
  const hold = async (turn: number) => {
    const input = holdFor(accounts, turn)
    await reserve(db, input)
    return input.id
  }
  const end = (reservationId: string, captured: bigint) => settle(db, { reservationId, captured, ...WHY })
  return {
    reserve: hold,
    cycle: async (turn: number) => end(await hold(turn), 1n),
    release: async (turn: number) => end(await hold(turn), 0n),
    available: (turn: number) => readBalance(db, accounts[turn % accounts.length]!),
  }
}

function holdFor(accounts: readonly string[], turn: number) {
  const id = newId()
  return { id, accountId: accounts[turn % accounts.length]!, generationId: id, amount: 1n, deadlineSeconds: 3_600 }
}

/** The same as the product's own callers do it, who need no transaction of their own: those who wait at one moment share a statement. */
function asCallersDo(db: Db, accounts: readonly string[]) {
  const ledger = new Ledger(db)
  const hold = async (turn: number) => {
    const input = holdFor(accounts, turn)
    await ledger.reserve(input)
    return input.id
  }
  return { reserve: hold, cycle: async (turn: number) => ledger.settle({ reservationId: await hold(turn), captured: 1n, ...WHY }) }
}

/** Reserve, capture, release and available over 10 000 accounts, against one bare statement, pgbench and naive code, at 8 connections. */
export async function compareWithPeers({ db, url }: BenchDatabase, { rounds, ms }: Pace): Promise<Figures> {
  const accounts = await addAccounts(db, 10_000, LOTS_EACH)
  const bare = await openBare(db, accounts)
  const naive = await Naive.open(url, accounts, LOTS_EACH, CONNECTIONS)
  const pgbench = openPgbench(url)
  const [product, plain] = [asCallersDo(db, accounts), plainly(db, accounts)]
  const at = { db, callers: CONNECTIONS }
  const subjects: Subject[] = [
    calls({ name: 'bare', ...at, call: bare }),
    calls({ name: 'reserve', ...at, call: product.reserve }),
    calls({ name: 'plain reserve', ...at, call: plain.reserve }),
    calls({ name: 'naive reserve', ...at, call: (turn) => naive.reserve(turn) }),
    calls({ name: 'cycle', ...at, operations: 2, call: product.cycle }),
    calls({ name: 'plain cycle', ...at, operations: 2, call: plain.cycle }),
    calls({ name: 'naive cycle', ...at, operations: 2, call: async (turn) => naive.capture(await naive.reserve(turn)) }),
    calls({ name: 'reserve and release', ...at, operations: 2, call: plain.release }),
    calls({ name: 'available', ...at, call: plain.available }),
    calls({ name: 'naive available', ...at, call: (turn) => naive.available(turn) }),
  ]
  if (pgbench === undefined) console.log('pgbench is not installed: without it.')
  else subjects.push({ name: 'pgbench', measure: async () => ({ perSecond: await pgbench(CONNECTIONS, 1), nodeMicros: 0, backendMicros: null }) })
  const figures = await measureSettled([db], subjects, { rounds, ms })
  await naive.close()
  return figures
}

/** Coalesced against plain: 16 callers of one account, 64 callers of 10 000. */
export async function compareCoalescing({ db }: BenchDatabase, pace: Pace): Promise<Figures> {
  const [hot, many] = [await addAccounts(db, 1, LOTS_EACH), await addAccounts(db, 10_000, LOTS_EACH)]
  const ledger = new Ledger(db)
  const pair = (name: string, callers: number, accounts: readonly string[]) => [
    calls({ name: `${name}, plain`, callers, db, call: plainly(db, accounts).reserve }),
    calls({ name: `${name}, coalesced`, callers, db, call: (turn) => ledger.reserve(holdFor(accounts, turn)) }),
  ]
  return measureSettled([db], [...pair('hot', 16, hot), ...pair('many', 64, many)], pace)
}

/** The same operations with 1, 10, 100 and 1 000 lots an account. */
export async function compareLots({ db }: BenchDatabase, pace: Pace): Promise<Figures> {
  const subjects = []
  for (const lots of [1, 10, 100, 1_000]) subjects.push(...operationsOn(db, await addAccounts(db, 200, lots), `${lots} lots`))
  return measureSettled([db], subjects, pace)
}

/** The same operations in a database with a long history and in a new one. */
export async function compareHistory(empty: BenchDatabase, full: BenchDatabase, people: number, pace: Pace): Promise<Figures> {
  await fill({ url: full.url, people })
  const subjects = []
  for (const [name, { db }] of [['empty', empty], ['full', full]] as const) {
    subjects.push(...operationsOn(db, await addAccounts(db, 10_000, LOTS_EACH), name))
  }
  return measureSettled([empty.db, full.db], subjects, pace)
}

/** Plans made while a table was empty would stay, and no product that has run for a day works with them: so everything is done once and looked at before it counts. */
async function measureSettled(databases: readonly Db[], subjects: readonly Subject[], pace: Pace): Promise<Figures> {
  await measureInTurn(subjects, { rounds: 0, ms: 200 })
  for (const db of databases) await db.raw('vacuum analyze')
  return measureInTurn(subjects, pace)
}

function operationsOn(db: Db, accounts: readonly string[], name: string): Subject[] {
  const product = plainly(db, accounts)
  const at = { db, callers: CONNECTIONS }
  return [
    calls({ name: `reserve, ${name}`, ...at, call: product.reserve }),
    calls({ name: `cycle, ${name}`, ...at, operations: 2, call: product.cycle }),
    calls({ name: `available, ${name}`, ...at, call: product.available }),
  ]
}
