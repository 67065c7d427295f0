/**
 * The 202 route against the same server doing one prepared INSERT, and against hello-world, in one run.
 *
 * One server process carries all three routes, so shell, logs and machine are the same. The 202 route does everything it does in
 * production: session cookie, validation, catalogue, and its one statement; its relay keeps moving the messages meanwhile. The two others
 * do nothing but answer, and insert one row. Slices of a second alternate, so that a slow moment of the machine hits all three; figures are
 * medians over rounds.
 *
 * Afterwards the books are proven: a fast wrong answer is no answer.
 */
import { fork, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { appendResult, median, ratio } from './report.ts'

const ROUNDS = 10
const SLICE_SECONDS = 1
const CONNECTIONS = 50
/** What the 202 took in the system this one follows. */
const ORIGINAL_MS = 26

const subjects = ['hello', 'insert', 'accept'] as const
type Subject = (typeof subjects)[number]

interface Slice {
  readonly requestsPerSecond: number
  readonly p50Ms: number
  readonly p99Ms: number
  readonly failures: number
}

const databaseUrl = process.env['TEST_DATABASE_URL'] ?? process.env['DATABASE_URL']
if (databaseUrl === undefined) {
  console.error('It needs Postgres: run `npm run bench -- enqueue`, or set DATABASE_URL.')
  process.exit(2)
}
if (spawnSync('wrk', ['--version']).error !== undefined) {
  console.error('It needs wrk, the load generator: `apt-get install wrk`.')
  process.exit(2)
}

const directory = mkdtempSync(join(tmpdir(), 'cooly-bench-'))
const server = fork(new URL('./enqueue-server.ts', import.meta.url), [databaseUrl], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
try {
  const { port, cookies } = await next<{ port: number; cookies: string[] }>()
  const scripts = writeScripts(cookies)
  for (const subject of subjects) measure(subject, port, scripts) // Warm-up: connections, prepared statements, compiled code.
  const slices: Record<Subject, Slice[]> = { hello: [], insert: [], accept: [] }
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const subject of subjects) slices[subject].push(measure(subject, port, scripts))
  }
  server.send('report')
  const books = await next<{ violations: number; accepted: number; held: number }>()
  report(slices, books)
} finally {
  server.kill('SIGTERM')
  if (server.exitCode === null) await new Promise((resolve) => server.once('exit', resolve))
  rmSync(directory, { recursive: true })
}

function next<T>(): Promise<T> {
  return new Promise((resolve, reject) => {
    server.once('message', (message) => resolve(message as T))
    server.once('exit', (code) => reject(new Error(`the server ended with ${code}`)))
  })
}

/** wrk reads Lua. Requests go over the accounts in turn; each has a key of its own. */
function writeScripts(cookies: readonly string[]): Record<Subject, string> {
  const tail = `
done = function(summary, latency)
  local e = summary.errors
  io.write(string.format("RESULT %f %f %f %d\\n", summary.requests / summary.duration * 1e6, latency:percentile(50) / 1e3,
    latency:percentile(99) / 1e3, e.status + e.connect + e.read + e.write + e.timeout))
end`
  const accept = `
local cookies = { ${cookies.map((cookie) => JSON.stringify(cookie)).join(', ')} }
local count, run = 0, tostring(os.time()) .. tostring({}):sub(8)
request = function()
  count = count + 1
  return wrk.format("POST", "/api/images/seedream4/generate", {
    ["content-type"] = "application/json", ["cookie"] = cookies[count % #cookies + 1], ["idempotency-key"] = run .. count,
  }, '{"prompt":"a lighthouse in a storm, oil on canvas","n":1,"size":"2048x1152","metadata":{"order":"17"}}')
end`
  const plain = (path: string) => `
wrk.method, wrk.path, wrk.body = "POST", "${path}", '{"prompt":"a lighthouse in a storm, oil on canvas"}'
wrk.headers["content-type"] = "application/json"`
  const texts: Record<Subject, string> = { hello: plain('/api/bench/hello'), insert: plain('/api/bench/insert'), accept }
  return Object.fromEntries(
    subjects.map((subject) => {
      const path = join(directory, `${subject}.lua`)
      writeFileSync(path, texts[subject] + tail)
      return [subject, path]
    }),
  ) as Record<Subject, string>
}

function measure(subject: Subject, port: number, scripts: Record<Subject, string>): Slice {
  const args = ['-t1', `-c${CONNECTIONS}`, `-d${SLICE_SECONDS}s`, '-s', scripts[subject], `http://127.0.0.1:${port}`]
  const { stdout } = spawnSync('wrk', args, { encoding: 'utf8' })
  const match = /RESULT (\S+) (\S+) (\S+) (\d+)/.exec(stdout)
  if (match === null) throw new Error(`wrk gave no result: ${stdout}`)
  const [requestsPerSecond, p50Ms, p99Ms, failures] = match.slice(1).map(Number) as [number, number, number, number]
  if (failures > 0) throw new Error(`${subject}: ${failures} requests failed`)
  return { requestsPerSecond, p50Ms, p99Ms, failures }
}

function report(slices: Record<Subject, Slice[]>, books: { violations: number; accepted: number; held: number }): void {
  const figures = Object.fromEntries(
    subjects.map((subject) => [subject, {
      requestsPerSecond: Math.round(median(slices[subject].map((slice) => slice.requestsPerSecond))),
      p50Ms: median(slices[subject].map((slice) => slice.p50Ms)),
      p99Ms: median(slices[subject].map((slice) => slice.p99Ms)),
    }]),
  ) as Record<Subject, { requestsPerSecond: number; p50Ms: number; p99Ms: number }>
  const rates = (subject: Subject) => slices[subject].map(({ requestsPerSecond }) => requestsPerSecond)
  const ratios = { acceptToInsert: ratio(rates('accept'), rates('insert')), acceptToHello: ratio(rates('accept'), rates('hello')) }
  console.table(figures)
  console.log(`202 route / one prepared INSERT: ${ratios.acceptToInsert}   202 route / hello: ${ratios.acceptToHello}`)
  console.log(`median of the 202 at ${CONNECTIONS} connections: ${figures.accept.p50Ms} ms (the original: ${ORIGINAL_MS} ms)`)
  console.log(`${books.accepted} accepted, ${books.held} credits held, ${books.violations} violations of the books`)
  appendResult('enqueue', { rounds: ROUNDS, sliceSeconds: SLICE_SECONDS, connections: CONNECTIONS, figures, ratios, books })
  if (books.violations > 0 || books.accepted !== books.held) process.exitCode = 1
}
