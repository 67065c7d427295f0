/** What an operator is told when a provider refuses every call: at once, once, and with what to do. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { limitFromSettings } from '#domains/capacity'
import { sql } from '#platform/db'
import { openVideoProviders } from '#platform/providers'
import { Realtime } from '#platform/realtime'
import { openLogger, openMetrics } from '#platform/telemetry'
import { openTestDatabase, postgresUrl } from '#test/database'
import { openCounter, openVideoCounter, openWorkshop, until, untilStatus } from '#test/generations'
import { accountWith } from '#test/ledger'
import { openMeter } from './meter.ts'
import { OperatorAlarm } from './operator-alarm.ts'
import { VideoSweeper } from './video-sweeper.ts'

interface Line {
  readonly level: string
  readonly msg: string
  readonly provider: string
  readonly kind: string
  readonly reason: string
  readonly failures: number
  readonly said: string
  readonly remedy: string
}

async function openEar() {
  const lines: Line[] = []
  const log = await openLogger({ level: 'info', format: 'json', destination: { write: (text) => void lines.push(JSON.parse(text) as Line) } })
  const metrics = openMetrics({ processMetrics: false })
  const meter = openMeter(metrics)
  const clock = { ms: 0 }
  const alarm = new OperatorAlarm({ log, meter, now: () => clock.ms })
  return { log, meter, metrics, alarm, clock, errors: () => lines.filter(({ level }) => level === 'error') }
}

test('what an operator must put right is told once for each provider, kind and reason, and every ten minutes with how often it happened since', async () => {
  const { alarm, clock, errors, metrics } = await openEar()
  const images = { provider: 'openai', kind: 'image' }
  for (let call = 0; call < 1_000; call += 1) alarm.hear(images, { reason: 'auth', message: '401 invalid_api_key' })
  alarm.hear(images, { reason: 'quota', message: '429 insufficient_quota' })
  alarm.hear({ provider: 'bytedance', kind: 'video' }, { reason: 'permission', message: '403 AccountOverdueError' })
  assert.deepEqual(errors().map(({ provider, kind, reason, failures, said }) => [provider, kind, reason, failures, said]), [
    ['openai', 'image', 'auth', 1, '401 invalid_api_key'], ['openai', 'image', 'quota', 1, '429 insufficient_quota'], ['bytedance', 'video', 'permission', 1, '403 AccountOverdueError'],
  ])
  assert(errors().every(({ remedy }) => remedy.length > 40))
  clock.ms += 10 * 60_000
  alarm.hear(images, { reason: 'auth', message: '401 invalid_api_key' })
  alarm.hear(images, { reason: 'auth', message: '401 invalid_api_key' })
  assert.deepEqual(errors().slice(3).map(({ reason, failures }) => [reason, failures]), [['auth', 1_000]])
  assert((await metrics.render()).includes('cooly_provider_alarms_total{provider="openai",kind="image",reason="auth"} 1002'))
})

test('what passes by itself, or is the matter of whoever asked, is no alarm', async () => {
  const { alarm, errors, metrics } = await openEar()
  for (const reason of ['rate', 'invalid', 'content_input', 'model_retired', 'provider_fault', 'network', 'outcome_unknown'] as const) alarm.hear({ provider: 'p', kind: 'image' }, { reason, message: 'no' })
  assert.deepEqual(errors(), [])
  assert(!(await metrics.render()).includes('cooly_provider_alarms_total{'))
})

test('a key that is revoked is told once for images, for videos, and for the videos that are asked after', async () => {
  const db = await openTestDatabase(postgresUrl === null ? 'embedded' : 'postgres')
  for (const kind of ['image', 'video'] as const) await limitFromSettings(db, { provider: 'bytedance', kind, concurrencyMax: null })
  const { simulator, openWorker, providers, videoProviders } = await openWorkshop({ latencyMs: 0, apiKey: 'valid' })
  const valid = await openVideoProviders({ bytedance: { apiKey: 'valid', baseUrl: `${simulator.url}/api/v3`, simulated: true } })

  const begun = await (await openVideoCounter(db))(await accountWith(db, 8n), { prompt: 'waves [[delay:600000]]' })
  const first = openWorker(db, { lane: 'video', videoProviders: valid }).worker
  first.look()
  await until(async () => (await db.query(sql`select 1 from generation_sessions where id = ${begun} and lease_expires_at = 'infinity'`))[0])
  await first.stop()

  const workers = await openEar()
  const { log, meter, alarm } = workers
  const ids = [
    await (await openCounter(db))(await accountWith(db, 4n), { n: 4 }), await (await openVideoCounter(db))(await accountWith(db, 8n)),
  ]
  for (const lane of ['image', 'video'] as const) {
    const { worker } = openWorker(db, { providers, videoProviders, lane, log, meter, alarm })
    worker.look()
    await untilStatus(db, ids.shift()!, 'failed')
    await worker.stop()
  }
  assert.deepEqual(workers.errors().map(({ provider, kind, reason }) => [provider, kind, reason]), [['bytedance', 'image', 'auth'], ['bytedance', 'video', 'auth']])
  assert.match(await workers.metrics.render(), /cooly_provider_alarms_total\{provider="bytedance",kind="image",reason="auth"\} 4/)

  const asking = await openEar()
  const sweeper = new VideoSweeper({ db, realtime: new Realtime(db, () => undefined), videoProviders, log: asking.log, alarm: asking.alarm, onReturned: () => undefined })
  for (let round = 0; round < 3; round += 1) {
    await db.query(sql`update provider_attempts set next_poll_at = now() where next_poll_at > now()`)
    await sweeper.sweep()
    await sweeper.settled()
  }
  assert.deepEqual(asking.errors().map(({ provider, kind, reason }) => [provider, kind, reason]), [['bytedance', 'video', 'auth']])
  assert.match(await asking.metrics.render(), /cooly_provider_alarms_total\{provider="bytedance",kind="video",reason="auth"\} 3/)
})
