/**
 * The process: settings → app → listen → drain on a signal.
 *
 * In the default role it also brings along what the embedded default needs: the simulated providers in a process of their own, and
 * the web app, which is built while the API already answers.
 */
import { randomBytes } from 'node:crypto'
import { accessSync, constants, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { Refusal } from '#lib/errors'
import { armFailpoints } from '#lib/failpoint'
import { openLogger } from '#platform/telemetry'
import { type App, openApp } from './app.ts'
import { type Config, InvalidConfig, readConfig } from './config.ts'
import { readAuthSecret } from './launch/auth-secret.ts'
import { codeOfDatabaseFailure } from './launch/database-failure.ts'
import { announceReady, say } from './launch/greeting.ts'
import { writeOperatorFile } from './launch/operator-file.ts'
import { isPortTaken } from './launch/port-taken.ts'
import { type SimulatorProcess, startSimulator } from './launch/simulator-process.ts'
import { buildWeb, type WebBuild } from './launch/web-build.ts'
import { needsSimulator } from './app/open-vendors.ts'

const GRACE_MS = 25_000
/** Supervisors kill at 30 s. */
const FORCED_END_MS = 29_000
/** Signals this close together are one request: a terminal and a parent both pass on the same Ctrl-C. */
const SAME_SIGNAL_MS = 1_000

const USAGE = 'npm start takes --port <number> and --host <address>; every other setting comes from the environment: docs/reference/configuration.md'

/** It cannot start, and why is the operator's to mend. */
class CannotStart extends Error {
  readonly exitCode: number
  constructor(exitCode: number, message: string) {
    super(message)
    this.exitCode = exitCode
  }
}

interface Running {
  readonly app: App
  readonly web: WebBuild | undefined
  readonly simulator: SimulatorProcess | undefined
  /** Tells the command line that this server goes. */
  readonly closeToOperator: () => void
}

try {
  await main()
} catch (error) {
  fail(error)
}

async function main(): Promise<void> {
  const config = readSettings()
  armNamedFailpoints(config.failpoints)
  const { running, announce } = await start(config)
  // Before it says that it is ready: whoever reads that may stop it at once.
  drainOnSignal(running, config)
  await announce()
}

/** The settings, with what the command line says about them. */
function readSettings(): Config {
  const values = readCommandLine()
  if (values.help === true) {
    say(USAGE)
    process.exit(0)
  }
  const given = Object.entries({ PORT: values.port, HOST: values.host }).filter(([, value]) => value !== undefined)
  return readConfig(undefined, Object.fromEntries(given))
}

function readCommandLine() {
  try {
    return parseArgs({ options: { port: { type: 'string' }, host: { type: 'string' }, help: { type: 'boolean', short: 'h' } }, strict: true }).values
  } catch (error) {
    throw new CannotStart(2, `${(error as Error).message}\n${USAGE}`)
  }
}

function armNamedFailpoints(specification: string): void {
  try {
    armFailpoints(specification)
  } catch (error) {
    throw new InvalidConfig([`COOLY_FAILPOINTS: ${(error as Error).message}`])
  }
}

async function start(config: Config): Promise<{ running: Running; announce: () => Promise<void> }> {
  const version = readVersion()
  const tell = config.production ? () => undefined : say
  tell(`Cooly ${version} is starting.`)
  if (config.database.url === null) claimDirectory(config.dataDirectory)
  const log = await openLogger({ level: config.logLevel, format: config.production ? 'json' : 'pretty', fields: { role: config.role } })
  const web = config.http.web ? buildWeb(tell) : undefined
  let simulator: SimulatorProcess | undefined
  try {
    simulator = await openSimulator(config, (code) => log.warn({ code }, 'the simulator ended and is started again'))
    const secret = readAuthSecret(config.accounts.secret, config.dataDirectory)
    const simulatorUrl = simulator?.url ?? null
    const operatorKey = randomBytes(32).toString('base64url')
    const app = await openApp({ config, version, log, secret, operatorKey, simulatorUrl, webReady: web?.ready ?? null })
    const address = await listen(app, config)
    const closeToOperator = address === undefined || !config.serves ? () => undefined : writeOperatorFile(config.dataDirectory, address, operatorKey)
    const announce = () => announceReady({ config, address, web, seeded: app.seeded, tell, log })
    return { running: { app, web, simulator, closeToOperator }, announce }
  } catch (error) {
    web?.stop()
    await simulator?.close()
    throw error
  }
}

/** Before anything is put there, so that what is wrong with it is said once and in words. */
function claimDirectory(directory: string): void {
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 })
    accessSync(directory, constants.R_OK | constants.W_OK | constants.X_OK)
  } catch (error) {
    throw new CannotStart(4, `The data directory cannot be used (COOLY_DATA_DIR): ${(error as Error).message}`)
  }
}

async function listen(app: App, { http }: Config): Promise<string | undefined> {
  try {
    return await app.server?.listen(http)
  } catch (error) {
    // It works already, and would complain of everything that is taken away under its feet.
    await app.close(0)
    if (isPortTaken(error)) throw new CannotStart(4, `Port ${error.port} is taken. Choose another: npm start -- --port 4000`)
    throw new CannotStart(4, `There is no listening on port ${http.port} of ${http.host} (PORT, HOST): ${(error as Error).message}`)
  }
}

/** Only a process that works needs it, and only where a key is missing and no address of one that runs elsewhere is given. */
async function openSimulator(config: Config, onRestart: (code: number | null) => void): Promise<SimulatorProcess | undefined> {
  const works = config.role === 'worker' || config.role === 'all'
  if (!works || !needsSimulator(config)) return undefined
  // Of several processes each has its own simulator, and one folder would be torn.
  const tasksFolder = config.database.url === null ? join(config.dataDirectory, 'simulator-tasks') : null
  return startSimulator({ latencyMs: config.simulatorLatencyMs, tasksFolder, onRestart })
}

function drainOnSignal({ app, web, simulator, closeToOperator }: Running, config: Config): void {
  let firstAt: number | undefined
  const drain = async (signal: string) => {
    if (firstAt !== undefined) {
      // A person who asks again does not want to wait.
      if (performance.now() - firstAt > SAME_SIGNAL_MS) process.exit(1)
      return
    }
    firstAt = performance.now()
    setTimeout(() => process.exit(1), FORCED_END_MS).unref()
    if (!config.production) say(`\n${signal}: finishing what runs (at most ${GRACE_MS / 1_000} s; once more to stop at once).`)
    web?.stop()
    closeToOperator()
    const clean = await app.close(GRACE_MS)
    await simulator?.close()
    if (!config.production) say(clean ? 'Stopped.' : 'Stopped; unfinished work goes on at the next start.')
    process.exit(0)
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      drain(signal).catch(fail)
    })
  }
}

/** Ends the process with what a person needs to know, and the whole story where it is a bug. */
function fail(error: unknown): never {
  if (error instanceof InvalidConfig) exit(2, error.message)
  if (error instanceof Refusal && error.kind !== 'bug') exit(4, `${error.title}. ${error.message}`)
  if (error instanceof CannotStart) exit(error.exitCode, error.message)
  // Of what a start needs, only the database answers in these ways; the queue and the store say for themselves what is wrong.
  const code = codeOfDatabaseFailure(error)
  if (code !== null) exit(code, `The database cannot be used (DATABASE_URL): ${(error as Error).message}`)
  console.error(error)
  process.exit(70)
}

function exit(code: number, message: string): never {
  console.error(message)
  process.exit(code)
}

function readVersion(): string {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8')
  return (JSON.parse(text) as { version: string }).version
}
