/**
 * The composition root: opens the adapters that the settings ask for, hands them to the domains, and puts everything away
 * again in the opposite order. It decides nothing itself.
 */
import { hostname } from 'node:os'
import { join } from 'node:path'
import { accountRoutes, Identifier, openAuth, OperatorKey, seed, type Seeded, SESSION_COOKIE } from '#domains/accounts'
import { adminRoutes, books, deadLetterRoutes, LifeNotices, modelRoutes, operationRoutes, routingRoutes, startAnsweringChecks, startDailyChecks } from '#domains/admin'
import { limitFromSettings } from '#domains/capacity'
import { Catalogue, catalogRoutes, gaugeLife, PriceList, Quotes, type Reach } from '#domains/catalog'
import { creditRoutes, grant, startLedgerSweeps, startVerifying } from '#domains/credits'
import { startDeadLetterSweeps } from '#domains/dead-letters'
import {
  CallbackAddresses, consumeLane, EndUsers, generationRoutes, listNamedUploads, listOpen, openMeter, OperatorAlarm, ProviderHealth, readMedianMs, resumeAll, Router,
  startCollecting, startEndingLeftBehind, startEndingLifetimes, startMovingOn, startRoutingWaiting, startSweeping, startSweepingVideos,
} from '#domains/generations'
import { spendingRoutes } from '#domains/spending'
import { type Network, startCollectingUploads, uploadRoutes } from '#domains/uploads'
import { deleteGone, Registration, StartMeter } from '#domains/workers'
import { newId } from '#lib/ids'
import { startRepeating } from '#lib/repeat'
import { type Db, migrate, openDatabase, sql } from '#platform/db'
import { type HttpServer, type Identify, openHttpServer } from '#platform/http'
import { startForgettingAnswers } from '#platform/idempotency'
import { countPending, deletePublished, Relay } from '#platform/outbox'
import { openQueue, type Queue } from '#platform/queue'
import { Realtime } from '#platform/realtime'
import { openStorage, type Storage } from '#platform/storage'
import { type Logger, type Metrics, openMetrics } from '#platform/telemetry'
import type { Config } from './config.ts'
import { countSending, measureSpending, openMonitor } from './app/gauges.ts'
import { openVendors, type Vendors } from './app/open-vendors.ts'

const MIGRATIONS = new URL('../migrations', import.meta.url).pathname
const RELAY_POLL_MS = 500
const VERIFY_MS = 5 * 60_000
const TIDY_MS = 10 * 60_000
/** Messages that have left stay this long, for whoever has to find out what happened. */
const MESSAGES_KEPT_HOURS = 7 * 24

export interface AppParts {
  readonly config: Config
  readonly version: string
  readonly log: Logger
  /** Signs sessions: from the settings, or kept in the data directory. */
  readonly secret: string
  /** Lets the command line of this machine in; null for nobody. */
  readonly operatorKey: string | null
  /** Where the provider's simulator answers. Needed when there is no key. */
  readonly simulatorUrl: string | null
  /** Where the web app is, once it is built; null in a process that serves none. */
  readonly webReady: Promise<string> | null
  /** Holds routes to their declarations; for tests. */
  readonly strict?: boolean
  /** How addresses that people name are reached; for tests. */
  readonly network?: Network
}

export interface App {
  readonly seeded: Seeded
  /** Undefined where nothing listens. Without the role `api` it tells only how the process does. */
  readonly server: HttpServer | undefined
  /** Stops taking work, lets what runs end within the grace, closes everything. True when nothing was cut off. */
  close(graceMs: number): Promise<boolean>
}

/** Everything the domains stand on. */
interface Platform extends Vendors {
  readonly db: Db
  readonly storage: Storage
  readonly queue: Queue
  readonly realtime: Realtime
  readonly metrics: Metrics
  readonly relay: Relay
  readonly catalogue: Catalogue
  readonly prices: PriceList
  readonly router: Router
}

/** Closes one thing within the grace that is left. False when it had to cut something off. */
type Closer = (graceMs: number) => Promise<boolean>

/** Opens the app for the role in the settings. What was opened is closed again when a later part fails. */
export async function openApp(parts: AppParts): Promise<App> {
  const closers: Closer[] = []
  try {
    const platform = await openPlatform(parts, closers)
    const seeded = await prepareData(platform, parts)
    const does = (role: Config['role']) => parts.config.role === role || parts.config.role === 'all'
    if (does('api') || does('scheduler')) startRelay(platform, closers)
    if (does('scheduler')) startSweeps(platform, parts, closers)
    if (does('worker')) await startWorker(platform, parts, closers)
    const server = parts.config.http.listens ? await startServer(platform, parts, closers) : undefined
    return { seeded, server, close: (graceMs) => closeAll(closers, graceMs) }
  } catch (error) {
    await closeAll(closers, 1_000)
    throw error
  }
}

async function openPlatform({ config, log, simulatorUrl }: AppParts, closers: Closer[]): Promise<Platform> {
  const onError = (error: Error) => log.error({ err: error }, 'something in the background failed')
  const directory = join(config.dataDirectory, 'database')
  const db = await openDatabase({ ...config.database, directory, onIdleError: onError })
  closers.push(cleanly(() => db.close()))
  await migrate(db, MIGRATIONS)
  const storage = await openStorage(config.storage)
  const metrics = openMetrics()
  const queue = await openQueue(config.queue, { db, onError, onSent: countSending(metrics) })
  closers.push(cleanly(() => queue.close()))
  const realtime = new Realtime(db, onError)
  await realtime.open()
  closers.push(cleanly(() => realtime.close()))
  const catalogue = await Catalogue.open(db, (error) => log.error({ err: error }, 'reading the catalogue failed'))
  closers.push(cleanly(() => catalogue.close()))
  const prices = await PriceList.open(db, (error) => log.error({ err: error }, 'reading the price list failed'))
  closers.push(cleanly(() => prices.close()))
  const notices = new LifeNotices({ db, log })
  closers.push(cleanly(() => notices.settled()))
  const vendors = await openVendors({ config, storage, simulatorUrl, log, notices })
  const relay = new Relay({ db, queue, pollMs: RELAY_POLL_MS, onError })
  const router = new Router({ catalogue, prices, reach: reachOf(vendors) })
  return { db, storage, queue, realtime, metrics, ...vendors, relay, catalogue, prices, router }
}

async function prepareData({ db }: Platform, { config }: AppParts): Promise<Seeded> {
  // The lock on the directory says that no other process works on it: whoever had work in it is dead.
  if (db.kind === 'embedded') await resumeAll(db)
  return seed(db, config.accounts)
}

function startRelay({ relay, db, metrics }: Platform, closers: Closer[]): void {
  relay.start()
  closers.push(cleanly(() => relay.stop()))
  metrics.gauge({
    name: 'outbox_pending',
    help: 'Messages that are committed and not yet in the queue',
    async collect() {
      this.set((await countPending(db)).pending)
    },
  })
}

/** What has to happen in time, whoever does it. Every process with the role does all of it; none of it minds company. */
function startSweeps(platform: Platform, { config, log }: AppParts, closers: Closer[]): void {
  const { db, storage, queue, realtime, relay, metrics, catalogue, prices } = platform
  gaugeLife({ db, catalogue, prices, metrics })
  const tidyOutbox = () => deletePublished(db, MESSAGES_KEPT_HOURS, 1_000)
  const stops = [
    startSweeping({ db, queue, realtime, log, onMessages: () => relay.poke() }),
    startDailyChecks({ db, log, hour: config.modelCheckHour }),
    startCollecting({ storage, log }),
    startCollectingUploads({ db, storage, log, keptDays: config.uploads.keptDays, listNamed: (ids) => listNamedUploads(db, ids) }),
    startEndingLifetimes({ db, storage, realtime, retention: config.retentionDays, log }),
    startLedgerSweeps({ db, log, listOpen: (ids) => listOpen(db, ids) }),
    startVerifying({ db, log, metrics, laws: books, everyMs: VERIFY_MS }),
    startForgettingAnswers({ db, log }),
    startDeadLetterSweeps({ db, realtime, metrics, log, known: { reach: reachOf(platform), isWhole: config.serves }, onMessages: () => relay.poke() }),
    startRepeating({ everyMs: TIDY_MS, work: () => deleteGone(db), onError: (error) => log.error({ err: error }, 'forgetting lost workers failed') }),
    startRepeating({ everyMs: TIDY_MS, work: tidyOutbox, onError: (error) => log.error({ err: error }, 'tidying the outbox failed') }),
  ]
  closers.push(...stops.map(cleanly))
}

/** The lanes whose work this version knows how to do. */
const BUILT_LANES = ['image', 'video'] as const

async function startWorker(platform: Platform, { config, log, version, secret }: AppParts, closers: Closer[]): Promise<void> {
  const { db, storage, queue, realtime, providers, videoProviders, metrics, relay, catalogue, prices, router } = platform
  await limitProviders(platform, config)
  const abort = new AbortController()
  const worker = { id: newId(), version, host: hostname(), pid: process.pid }
  const starts = new StartMeter()
  const callbacks = new CallbackAddresses(secret, config.http.publicUrl)
  const meter = openMeter(metrics)
  const parts = { db, storage, realtime, providers, videoProviders, callbacks, endUsers: new EndUsers(secret), router, log, meter, alarm: new OperatorAlarm({ log, meter }), owner: worker.id, signal: abort.signal, starts }
  const served = BUILT_LANES.filter((lane) => config.worker.lanes.includes(lane))
  const consumers = await Promise.all(served.map((lane) => consumeLane(queue, lane, {
    ...parts, concurrencyMax: config.worker.laneConcurrency.get(lane) ?? config.worker.concurrency,
  })))
  const registration = new Registration({
    db, realtime, log, worker,
    lanes: () => Object.fromEntries(consumers.map(({ lane, concurrencyMax }) => [lane, concurrencyMax])),
    startRates: () => starts.rates(),
    onOrders: (orders) => consumers.forEach((consumer) => consumer.follow(orders)),
  })
  const stopSweeping = served.includes('video') ? startSweepingVideos({ db, realtime, videoProviders, log, alarm: parts.alarm, onReturned: () => relay.poke() }) : () => Promise.resolve()
  const stopRouting = startRoutingWaiting({ db, realtime, router, meter, log, onMoved: () => relay.poke() })
  const stopMovingOn = startMovingOn({ db, realtime, log, catalogue, prices, router, reach: reachOf(platform), onMessages: () => relay.poke() })
  const stopEnding = startEndingLeftBehind({ db, realtime, log, reach: reachOf(platform), workerId: worker.id, kinds: served })
  closers.push(async (graceMs) => {
    await Promise.all([stopSweeping(), stopRouting(), stopMovingOn(), stopEnding()])
    // Past the grace, calls are cut off; their generations go on in another worker.
    const timer = setTimeout(() => abort.abort(), graceMs)
    await Promise.all(consumers.map((consumer) => consumer.stop()))
    clearTimeout(timer)
    await registration.stop()
    return !abort.signal.aborted
  })
  await registration.start()
  closers.push(cleanly(startAnsweringChecks({ db, catalogue, providers, videoProviders, log })))
}

/** Vendors limit images and videos apart, and so do the settings: `bytedance`, `bytedance-video`. */
async function limitProviders({ db, providers, videoProviders }: Platform, { providerConcurrency }: Config): Promise<void> {
  for (const provider of providers.keys()) await limitFromSettings(db, { provider, kind: 'image', concurrencyMax: providerConcurrency.get(provider) ?? null })
  for (const provider of videoProviders.keys()) {
    await limitFromSettings(db, { provider, kind: 'video', concurrencyMax: providerConcurrency.get(`${provider}-video`) ?? null })
  }
}

/** The figures of a worker or a scheduler are in its own process, so whoever reads figures has to be able to ask it. */
async function startServer(platform: Platform, parts: AppParts, closers: Closer[]): Promise<HttpServer> {
  const { db, storage, queue, metrics } = platform
  const { config, log, version } = parts
  const server = await openHttpServer({
    ...(config.serves ? describeService(platform, parts) : { routes: [], identify: () => Promise.resolve(null) }),
    checks: {
      database: async () => void (await db.query(sql`/* app.check */ select 1`)),
      queue: () => queue.check(),
      storage: () => storage.check(),
    },
    log, metrics, version,
    strict: parts.strict ?? false,
    role: config.role,
    production: config.production,
    ...config.http,
    sessionCookie: SESSION_COOKIE,
  })
  closers.push((graceMs) => server.close(graceMs))
  return server
}

/** What is answered to people and programs. */
function describeService(platform: Platform, parts: AppParts) {
  const identifier = new Identifier(platform.db, parts.secret)
  measureSpending(platform)
  const operator = parts.operatorKey === null ? null : new OperatorKey(parts.operatorKey)
  const identify: Identify = async (request) => operator?.identify(request) ?? identifier.identify(request.headers.cookie)
  return { routes: describeRoutes(platform, parts, { identifier }), identify, webReady: parts.webReady }
}

/** What only a process that answers HTTP has. */
interface ServerParts {
  readonly identifier: Identifier
}

function describeRoutes(platform: Platform, { config, version, secret, log, network = {} }: AppParts, { identifier }: ServerParts) {
  const { db, storage, realtime, providers, videoProviders, relay, catalogue, prices, router } = platform
  const health = new ProviderHealth(db)
  const quotes = new Quotes(db, prices)
  const uploads = { db, storage, quota: config.uploads.quota, network }
  const reach = reachOf(platform)
  const isDemo = [...providers.values(), ...videoProviders.values()].some(({ simulated }) => simulated)
  const auth = openAuth(db, { secret, publicUrl: config.http.publicUrl, onSignUp: (userId) => welcome(db, userId, config) })
  const app = { version, simulated: isDemo, demo: config.accounts.demo }
  return [
    ...accountRoutes({ auth, identifier, app }),
    ...catalogRoutes({ catalogue, prices, quotes, reach, medianMs: (model) => readMedianMs(db, model), health: (model) => health.wordOf(model) }),
    ...creditRoutes({ db }),
    ...adminRoutes({ db, onRoleChanged: () => identifier.forget() }),
    ...modelRoutes({ db, catalogue, prices }),
    ...deadLetterRoutes({ db, catalogue, realtime, known: { reach, isWhole: true }, onMessages: () => relay.poke() }),
    ...operationRoutes({ db, realtime, monitor: openMonitor(platform), health }),
    ...routingRoutes({ db, catalogue, prices, router, reach }),
    ...spendingRoutes({ db, creditValueMicroUsd: config.creditValueMicroUsd }),
    ...uploadRoutes(uploads),
    ...generationRoutes({
      db, storage, realtime, catalogue, prices, quotes, reach, uploads, log, retention: config.retentionDays, videoProviders,
      callbacks: new CallbackAddresses(secret, config.http.publicUrl), signedDownloads: config.signedDownloads, onAccepted: () => relay.poke(),
    }),
  ]
}

function reachOf({ providers, videoProviders }: Vendors): Reach {
  return { image: providers, video: videoProviders }
}

async function welcome(db: Db, userId: string, { accounts }: Config): Promise<void> {
  if (accounts.welcomeCredits === 0) return
  const amount = BigInt(accounts.welcomeCredits)
  await grant(db, { accountId: userId, amount, source: 'welcome', externalRef: userId, reason: 'welcome', actor: 'system' })
}

/** For what closes fast and loses nothing. */
function cleanly(close: () => Promise<unknown>): Closer {
  return async () => {
    await close()
    return true
  }
}

/** Closes in the opposite order of opening; what is slow shares one grace. */
async function closeAll(closers: Closer[], graceMs: number): Promise<boolean> {
  const deadline = performance.now() + graceMs
  let clean = true
  for (const close of closers.splice(0).reverse()) {
    clean = (await close(Math.max(0, deadline - performance.now()))) && clean
  }
  return clean
}
