/**
 * The ledger against what a database can do at all, against pgbench, and against the code that comes to mind first.
 *
 * `npm run bench -- ledger` takes about four minutes; `quick` after it takes one and proves only that everything runs. Each comparison is measured in
 * turn, in short slices, in one process; figures are medians of ratios round by round, work is the CPU time of the database's processes
 * and of this one. Afterwards the books are proven.
 */
import { appendResult } from './report.ts'
import { compareCoalescing, compareHistory, compareLots, compareWithPeers } from './ledger/comparisons.ts'
import { findPostgres, openBenchDatabase } from './ledger/databases.ts'
import { drainAndProve } from './ledger/gate.ts'
import { type Goal, printGoals } from './ledger/goals.ts'

const adminUrl = findPostgres('ledger')
const quick = process.argv.includes('quick')
const rounds = quick ? 2 : 10
/** A hundred thousand people have a million journal lines. */
const people = quick ? 2_000 : 100_000

const main = await openBenchDatabase(adminUrl, 16)
const peers = await openBenchDatabase(adminUrl, 8)
const full = await openBenchDatabase(adminUrl, 8)
const empty = await openBenchDatabase(adminUrl, 8)
const databases = [main, peers, full, empty]
try {
  const withPeers = await compareWithPeers(peers, { rounds, ms: 400 })
  const coalescing = await compareCoalescing(main, { rounds, ms: 400 })
  const lots = await compareLots(peers, { rounds: Math.ceil(rounds * 0.6), ms: 300 })
  const history = await compareHistory(empty, full, people, { rounds: Math.ceil(rounds * 0.8), ms: 300 })
  const gate = await drainAndProve(databases.map(({ db }) => db))
  const goals: Goal[] = [
    { name: 'reserve / bare statement', atLeast: 0.85, aim: 0.95, measured: withPeers.faster('reserve', 'bare') },
    { name: 'reserve / naive code', atLeast: 3.5, aim: 4, measured: withPeers.faster('reserve', 'naive reserve') },
    { name: 'cycle / naive code', atLeast: 3.5, aim: 4, measured: withPeers.faster('cycle', 'naive cycle') },
    { name: 'hot account, 16 callers: coalesced / plain', atLeast: 6, aim: 12, measured: coalescing.faster('hot, coalesced', 'hot, plain') },
    { name: '64 callers over many accounts: coalesced / plain', atLeast: 4, aim: 7, measured: coalescing.faster('many, coalesced', 'many, plain') },
    { name: 'cost at 1 000 lots / at 1: reserve', atMost: 1.3, aim: 1.1, measured: lots.dearer('reserve, 1000 lots', 'reserve, 1 lots') },
    { name: 'cost at 1 000 lots / at 1: cycle', atMost: 1.3, aim: 1.1, measured: lots.dearer('cycle, 1000 lots', 'cycle, 1 lots') },
    { name: 'cost at 1 000 lots / at 1: available', atMost: 5, aim: 1.3, measured: lots.dearer('available, 1000 lots', 'available, 1 lots') },
    { name: 'cost with a history / empty: reserve', atMost: 1.4, aim: 1.1, measured: history.dearer('reserve, full', 'reserve, empty') },
    { name: 'cost with a history / empty: cycle', atMost: 1.4, aim: 1.1, measured: history.dearer('cycle, full', 'cycle, empty') },
    { name: 'cost with a history / empty: available', atMost: 1.4, aim: 1.1, measured: history.dearer('available, full', 'available, empty') },
    { name: 'accounts overdrawn, laws broken', atMost: 0, aim: 0, measured: gate.wrong + gate.violations },
  ]
  console.log(`The history: ${people * 10} journal lines.`)
  const others = {
    'plain reserve / bare': withPeers.faster('plain reserve', 'bare'),
    'plain reserve / naive code': withPeers.faster('plain reserve', 'naive reserve'),
    'plain cycle / naive code': withPeers.faster('plain cycle', 'naive cycle'),
    'reserve and release / bare': withPeers.faster('reserve and release', 'bare'),
    'available / naive': withPeers.faster('available', 'naive available'),
    ...('pgbench' in withPeers.summary() ? { 'reserve / pgbench read-write transaction': withPeers.faster('reserve', 'pgbench') } : {}),
    'reserve / bare, work of the database': withPeers.dearer('reserve', 'bare'),
    'cycle / bare, work of the database per operation': withPeers.dearer('cycle', 'bare'),
  }
  const figures = { ...withPeers.summary(), ...coalescing.summary(), ...lots.summary(), ...history.summary() }
  console.table(figures)
  printGoals(goals)
  console.log('Not goals:', others)
  console.log(`${gate.drained} accounts drained by 16 callers each, ${gate.wrong} wrong; ${gate.violations} violations of the books.`)
  if (!quick) appendResult('ledger', { rounds, people, goals, others, figures, gate })
  if (gate.wrong + gate.violations > 0) process.exitCode = 1
} finally {
  for (const database of databases) await database.close()
}
