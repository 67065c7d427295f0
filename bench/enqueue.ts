/**
 * The 202 route against the same server doing one prepared INSERT, against hello-world, and against Express with naive queries on the same tables, in one run.
 *
 * One server process carries the first routes, so shell, logs and machine are the same. The 202 route does everything it does in production: session
 * cookie, validation, catalogue, and its one statement; its relay keeps moving the messages meanwhile. It is measured over all accounts and on one
 * hot account. Slices of a second alternate, so that a slow moment of the machine hits all; figures are medians over rounds.
 *
 * Afterwards the books are proven: a fast wrong answer is no answer. It takes a minute and a half; `quick` after the name takes a third of it and proves only
 * that everything runs.
 */
import { type ChildProcess, fork, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Goal, printGoals } from './ledger/goals.ts'
import { findPostgres } from './ledger/databases.ts'
import { appendResult, median, ratio } from './report.ts'
import { measure, type Slice, type Target, writeScripts } from './wrk.ts'

const CONNECTIONS = 50
/** What the 202 took in the system this one follows. */
const ORIGINAL_MS = 26

const databaseUrl = findPostgres('enqueue')
if (spawnSync('wrk', ['--version']).error !== undefined) {
  console.error('It needs wrk, the load generator: `apt-get install wrk`.')
  process.exit(2)
}

interface Books {
  readonly violations: number
  readonly accepted: number
  readonly held: number
}

const quick = process.argv.includes('quick')
const rounds = quick ? 2 : 10
const directory = mkdtempSync(join(tmpdir(), 'cooly-bench-'))
const children: ChildProcess[] = []
try {
  const server = start('enqueue-server.ts', databaseUrl)
  const product = await next<{ port: number; cookies: string[]; databaseUrl: string }>(server)
  const peer = await next<{ port: number }>(start('naive-server.ts', product.databaseUrl))
  const accept = '/api/images/seedream4/generate'
  const [hot] = product.cookies as [string]
  const targets: Record<string, Target> = {
    hello: { port: product.port, path: '/api/bench/hello', cookies: [] },
    insert: { port: product.port, path: '/api/bench/insert', cookies: [] },
    accept: { port: product.port, path: accept, cookies: product.cookies },
    'accept, one hot account': { port: product.port, path: accept, cookies: [hot] },
    naive: { port: peer.port, path: accept, cookies: product.cookies },
  }
  const scripts = writeScripts(directory, targets)
  const slices: Record<string, Slice[]> = Object.fromEntries(Object.keys(targets).map((name) => [name, []]))
  // The first round warms up: connections, prepared statements, compiled code.
  for (let round = 0; round <= rounds; round += 1) {
    for (const [name, script] of Object.entries(scripts)) {
      const slice = measure(script, CONNECTIONS)
      if (round > 0) slices[name]!.push(slice)
    }
  }
  server.send('report')
  report(slices, await next<Books>(server))
} finally {
  for (const child of children.toReversed()) await stop(child)
  rmSync(directory, { recursive: true })
}

function start(program: string, url: string): ChildProcess {
  const child = fork(new URL(program, import.meta.url), [url], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  children.push(child)
  return child
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return
  const gone = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGTERM')
  await gone
}

function next<T>(child: ChildProcess): Promise<T> {
  return new Promise((resolve, reject) => {
    child.once('message', (message) => resolve(message as T))
    child.once('exit', (code) => reject(new Error(`the server ended with ${code}`)))
  })
}

function report(slices: Record<string, Slice[]>, books: Books): void {
  const middle = (name: string, figure: keyof Slice) => median(slices[name]!.map((slice) => slice[figure]))
  const figures = Object.fromEntries(Object.keys(slices).map((name) => [
    name, { requestsPerSecond: Math.round(middle(name, 'requestsPerSecond')), p50Ms: middle(name, 'p50Ms'), p99Ms: middle(name, 'p99Ms') },
  ]))
  const faster = (one: string, other: string) =>
    ratio(slices[one]!.map(({ requestsPerSecond }) => requestsPerSecond), slices[other]!.map(({ requestsPerSecond }) => requestsPerSecond))
  const goals: Goal[] = [
    { name: '202 route / hello + one INSERT', atLeast: 0.9, aim: 1.3, measured: faster('accept', 'insert') },
    { name: '202 route / Express with naive queries', atLeast: 5, aim: 8, measured: faster('accept', 'naive') },
    { name: 'hot account: 202 route / uniform accounts', atLeast: 0.8, aim: 1, measured: faster('accept, one hot account', 'accept') },
    { name: 'laws broken', atMost: 0, aim: 0, measured: books.violations },
  ]
  console.table(figures)
  printGoals(goals)
  const hello = faster('hello', 'accept')
  console.log(`median of the 202 at ${CONNECTIONS} connections: ${middle('accept', 'p50Ms')} ms (the original: ${ORIGINAL_MS} ms); hello is ${hello} times as fast`)
  console.log(`${books.accepted} accepted, ${books.held} credits held, ${books.violations} violations of the books`)
  if (!quick) appendResult('enqueue', { rounds, connections: CONNECTIONS, figures, goals, books })
  if (books.violations > 0 || books.accepted !== books.held) process.exitCode = 1
}
