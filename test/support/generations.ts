/** Generations asked for and worked on without HTTP: what tests of the line and of workers begin with. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after } from 'node:test'
import { findModel, type Order, orderImages, orderVideo, PriceList, Quotes } from '#domains/catalog'
import type { KnownReach } from '#domains/generations'
import { StartMeter } from '#domains/workers'
import { newId } from '#lib/ids'
import { type Db, sql } from '#platform/db'
import { openProviders, openVideoProviders } from '#platform/providers'
import { startBytedanceSimulator } from '#platform/providers/bytedance/simulator'
import { Realtime } from '#platform/realtime'
import { openStorage } from '#platform/storage'
import { openMetrics, silentLogger } from '#platform/telemetry'
import { CallbackAddresses } from '../../src/domains/generations/callback-address.ts'
import { Admission } from '../../src/domains/generations/admission.ts'
import { EndUsers } from '../../src/domains/generations/end-users.ts'
import { LaneWorker, type LaneWorkerParts } from '../../src/domains/generations/lane-worker.ts'
import { openMeter } from '../../src/domains/generations/meter.ts'
import { OperatorAlarm } from '../../src/domains/generations/operator-alarm.ts'
import type { Priority } from '../../src/domains/generations/model.ts'
import { submit } from '../../src/domains/generations/submit.ts'

const model = findModel('image', 'seedream4')
const videoModel = findModel('video', 'seedance')

export interface Wish {
  readonly n?: number
  readonly prompt?: string
  readonly priority?: Priority
}

/** Asks for images in the name of an account that can pay for them. Answers the generation's id. */
export async function openCounter(db: Db): Promise<(accountId: string, wish?: Wish) => Promise<string>> {
  const ask = await openDesk(db)
  return (accountId, { n = 1, prompt = 'a lighthouse', priority } = {}) => ask(accountId, orderImages(model, { prompt, n, size: '1K' }), { priority })
}

/** The same for videos: of four seconds, for eight credits. */
export async function openVideoCounter(db: Db): Promise<(accountId: string, wish?: Omit<Wish, 'n'> & { deadlineSeconds?: number }) => Promise<string>> {
  const ask = await openDesk(db)
  return (accountId, { prompt = 'a lighthouse', ...rest } = {}) => ask(accountId, orderVideo(videoModel, { prompt, durationSeconds: 4, resolution: '480p' }), rest)
}

/** The price list, read now and whenever it is told to. One that also reads by itself could outlast the database of its test. */
export async function openPriceList(db: Db): Promise<PriceList> {
  const prices = await PriceList.open(db, assert.ifError)
  await prices.close()
  return prices
}

/** Takes any order, as the edge would. Answers the generation's id. */
export async function openDesk(db: Db) {
  const prices = await openPriceList(db)
  const parts = { db, prices, quotes: new Quotes(db, prices), admission: new Admission(db) }
  return async (accountId: string, order: Order, { priority = 'interactive', deadlineSeconds = 900, allowFallback = true }: { priority?: Priority | undefined; deadlineSeconds?: number; allowFallback?: boolean } = {}) => {
    const { accepted } = await submit(parts, {
      accountId, userId: accountId, order, simulated: true, metadata: {}, deadlineSeconds, priority, allowFallback,
      key: null, quoteId: null, request: { address: '/', body: {} },
    })
    return accepted.id
  }
}

/** Everything a worker needs, with a simulator of the file's own. One that takes only the key `apiKey` refuses the providers it comes with. */
export async function openWorkshop({ latencyMs, ...options }: { latencyMs: number; videosAtOnceMax?: number; apiKey?: string }) {
  const directory = mkdtempSync(join(tmpdir(), 'cooly-workshop-'))
  const simulator = await startBytedanceSimulator({ host: '127.0.0.1', port: 0, latencyMs, urlTtlSeconds: 3_600, pictures: 'plain', ...options })
  const storage = await openStorage({ directory })
  const bytedance = { apiKey: 'any', baseUrl: `${simulator.url}/api/v3`, simulated: true }
  const [providers, videoProviders] = [await openProviders({ bytedance }), await openVideoProviders({ bytedance })]
  after(async () => {
    await simulator.close()
    rmSync(directory, { recursive: true })
  })
  /** What a process gives its worker. `cutOff` ends its calls. */
  const partsFor = (db: Db, change: Partial<LaneWorkerParts> = {}) => {
    const cut = new AbortController()
    const parts: LaneWorkerParts = {
      db, storage, providers, videoProviders, callbacks: new CallbackAddresses('a secret of tests', null), endUsers: new EndUsers('a secret of tests'), realtime: new Realtime(db, () => undefined), log: silentLogger(), meter: openMeter(openMetrics({ processMetrics: false })), alarm: silentAlarm(),
      owner: newId(), signal: cut.signal, lane: 'image', concurrencyMax: 4, starts: new StartMeter(), ...change,
    }
    return { parts, cutOff: () => cut.abort() }
  }
  /** A worker of its own, as a process would have it. */
  const openWorker = (db: Db, change: Partial<LaneWorkerParts> = {}) => {
    const { parts, cutOff } = partsFor(db, change)
    return { worker: new LaneWorker(parts), cutOff }
  }
  return { simulator, partsFor, openWorker, providers, videoProviders }
}

/** For what is tried again by those whom it was accepted for, whoever they are. */
export const nothingKnown: KnownReach = { reach: { image: new Map(), video: new Map() }, isWhole: false }

/** Alarms that nobody hears. */
export function silentAlarm(): OperatorAlarm {
  return new OperatorAlarm({ log: silentLogger(), meter: openMeter(openMetrics({ processMetrics: false })) })
}

export interface Row {
  readonly status: string
  readonly crashes: number
  readonly leaseToken: number
  readonly errorCode: string | null
  readonly captured: bigint
}

export async function readRow(db: Db, id: string): Promise<Row> {
  const [row] = await db.query<Row>(sql`
    select status, crashes, lease_token as "leaseToken", error_code as "errorCode", credits_captured as captured from generation_sessions where id = ${id}`)
  return row!
}

/** Looks until it is so. */
export async function until<T>(look: () => Promise<T | undefined | false> | T | undefined | false): Promise<T> {
  for (;;) {
    const found = await look()
    if (found !== undefined && found !== false) return found
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

export function untilStatus(db: Db, id: string, status: string): Promise<Row> {
  return until(async () => {
    const row = await readRow(db, id)
    return row.status === status && row
  })
}
