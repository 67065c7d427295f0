/**
 * Answers to submits that come when somebody else has moved on: the generation was cancelled meanwhile, or another worker has taken it. A gate before the vendor says when.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { changeLimit, limitFromSettings, listProviders } from '#domains/capacity'
import { sql } from '#platform/db'
import { ProviderFailure, type VideoProvider } from '#platform/providers'
import { Realtime } from '#platform/realtime'
import { silentLogger } from '#platform/telemetry'
import { openTestDatabase, withoutPostgres } from '#test/database'
import { openVideoCounter, openWorkshop, readRow, silentAlarm, until } from '#test/generations'
import { accountWith, assertBooks } from '#test/ledger'
import { cancel } from './cancel.ts'
import { sweepLeases } from './sweep.ts'
import { VideoSweeper } from './video-sweeper.ts'

const EIGHT = 8n

test('late answers to submits of videos', { skip: withoutPostgres }, async (t) => {
  const db = await openTestDatabase('postgres')
  const ask = await openVideoCounter(db)
  const { simulator, openWorker, videoProviders } = await openWorkshop({ latencyMs: 0 })
  await limitFromSettings(db, { provider: 'bytedance', kind: 'video', concurrencyMax: null })
  await db.transaction((tx) => changeLimit(tx, { provider: 'bytedance', kind: 'video', concurrencyMax: 1, by: 'test' }))
  const realtime = new Realtime(db, () => undefined)
  const real = videoProviders.get('bytedance')!

  type Submit = VideoProvider['submit']
  /** The vendor, behind a gate that its answers wait at; and one that keeps nothing to be asked about. */
  const behindGate = ({ submit = real.submit.bind(real), isAskable = true }: { submit?: Submit; isAskable?: boolean } = {}) => {
    const [sent, gate] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    const provider = {
      name: real.name, simulated: real.simulated, poll: real.poll.bind(real), cancel: real.cancel.bind(real), fetchOutput: real.fetchOutput.bind(real),
      reconcile: isAskable ? real.reconcile.bind(real) : async () => ({ kind: 'cannot_be_asked' }),
      submit: async (...call: Parameters<Submit>) => {
        const answer = submit(...call)
        answer.catch(() => undefined)
        sent.resolve()
        await gate.promise
        return answer
      },
    } as unknown as VideoProvider
    return { providers: new Map([['bytedance', provider]]), sent: sent.promise, open: () => gate.resolve() }
  }
  const openSweeper = (providers: ReadonlyMap<string, VideoProvider> = videoProviders) => new VideoSweeper({ db, realtime, videoProviders: providers, log: silentLogger(), alarm: silentAlarm(), onReturned: () => undefined })
  const sweep = async (by = openSweeper()) => {
    await db.query(sql`update provider_attempts set next_poll_at = now() where next_poll_at > now()`)
    await by.sweep()
    await by.settled()
  }
  const attemptsOf = (id: string) => db.query<{ state: string; reason: string | null; isAskedAfter: boolean }>(sql`
    select state, failure_reason as reason, next_poll_at is not null as "isAskedAfter" from provider_attempts where generation_id = ${id} order by call_number`)
  const logOf = (id: string) => db.query(sql`select outcome, wasted from provider_usage_logs where generation_id = ${id}`)
  const inUse = async () => (await listProviders(db)).find(({ kind }) => kind === 'video')!.inUse
  /** Has it taken by somebody else, as if its worker had stopped. */
  const lapse = async (id: string) => {
    await db.query(sql`update generation_sessions set lease_expires_at = now() where id = ${id} and status = 'running'`)
    await sweepLeases(db)
  }
  const toTheEnd = async (id: string, providers = videoProviders) => {
    const { worker } = openWorker(db, { lane: 'video', videoProviders: providers })
    const sweeper = openSweeper(providers)
    const row = await until(async () => {
      worker.look()
      await sweep(sweeper)
      const now = await readRow(db, id)
      return ['succeeded', 'failed', 'cancelled'].includes(now.status) && now
    })
    await worker.stop()
    return row
  }
  const refusal: Submit = async () => { throw new ProviderFailure('invalid', { publicMessage: 'no', message: 'a setting is wrong' }) }
  const result: Submit = async (call, options) => {
    const submission = await real.submit(call, options)
    assert(submission.kind === 'task')
    const task = await until(async () => {
      const now = await real.poll(submission.taskId, options)
      return now.state === 'succeeded' && now
    })
    return { kind: 'result', result: task.result }
  }

  /** Cancelled while the answer is on its way. */
  const cancelled = async (id: string, submit: Submit) => {
    const { providers, sent, open } = behindGate({ submit })
    const { worker } = openWorker(db, { lane: 'video', videoProviders: providers })
    worker.look()
    await sent
    await cancel(db, realtime, id)
    open()
    await worker.stop()
  }
  /** Left to its task by another worker while the answer is on its way. */
  const overtaken = async (id: string, submit: Submit) => {
    const { providers, sent, open } = behindGate({ submit })
    const first = openWorker(db, { lane: 'video', videoProviders: providers }).worker
    first.look()
    await sent
    await lapse(id)
    const second = openWorker(db, { lane: 'video' }).worker
    second.look()
    await until(async () => (await attemptsOf(id))[0]!.isAskedAfter)
    await second.stop()
    open()
    await first.stop()
  }

  await t.test('a worker that learns of its permission when others had time to be certain that nothing was sent, sends nothing', async () => {
    const id = await ask(await accountWith(db, EIGHT))
    const [begun, told, next, mended] = Array.from({ length: 4 }, () => Promise.withResolvers<void>()) as [PromiseWithResolvers<void>, PromiseWithResolvers<void>, PromiseWithResolvers<void>, PromiseWithResolvers<void>]
    // A database whose answers stop coming, and the first of which comes long before the others: what was written is written.
    let isStuck = false
    const query = async (text: { name?: string; text: string }) => {
      if (isStuck && !text.text.includes('beatLease')) next.resolve()
      const answer = await db.query(text as never)
      if (text.name === 'generations.insertAttempt') {
        isStuck = true
        begun.resolve()
        await told.promise
      } else if (isStuck) await mended.promise
      return answer
    }
    const stuck = new Proxy(db, { get: (target, name) => (name === 'query' ? query : typeof Reflect.get(target, name) === 'function' ? Reflect.get(target, name).bind(target) : Reflect.get(target, name)) })
    const first = openWorker(stuck, { lane: 'video', freshMs: 500 }).worker
    first.look()
    await begun.promise
    await lapse(id)
    const second = openWorker(db, { lane: 'video' }).worker
    second.look()
    await until(async () => (await attemptsOf(id))[0]!.isAskedAfter)
    await second.stop()
    await db.query(sql`update provider_attempts set started_at = started_at - interval '10 minutes' where generation_id = ${id}`)
    assert.equal((await toTheEnd(id)).status, 'succeeded')
    told.resolve()
    await next.promise
    mended.resolve()
    await first.stop()
    assert.deepEqual([simulator.stats().requests[id]?.calls, await inUse()], [1, 0])
    await assertBooks(db)
  })

  await t.test('a refusal that comes after the person has cancelled is a refusal: nothing is asked after, no slot is kept, and nothing counts as billed', async () => {
    const id = await ask(await accountWith(db, EIGHT))
    await cancelled(id, refusal)
    assert.deepEqual([await attemptsOf(id), await inUse(), await logOf(id)], [[{ state: 'failed', reason: 'invalid', isAskedAfter: false }], 0, []])
    await assertBooks(db)
  })

  await t.test('a refusal that comes when another worker has left it to its task ends that: it is not waited for until somebody is certain', async () => {
    const id = await ask(await accountWith(db, EIGHT))
    await overtaken(id, refusal)
    assert.deepEqual(await attemptsOf(id), [{ state: 'failed', reason: 'invalid', isAskedAfter: false }])
    const row = await toTheEnd(id)
    assert.deepEqual([row.status, row.errorCode, await inUse()], ['failed', 'provider.input_rejected', 0])
    await assertBooks(db)
  })

  await t.test('a video that comes with the answer after the person has cancelled is kept in the books as made for nothing', async () => {
    const id = await ask(await accountWith(db, EIGHT))
    await cancelled(id, result)
    assert.deepEqual([await attemptsOf(id), await inUse(), await logOf(id)], [[{ state: 'succeeded', reason: null, isAskedAfter: false }], 0, [{ outcome: 'succeeded', wasted: true }]])
    await assertBooks(db)
  })

  await t.test('a video that comes with the answer when another worker has left it to its task is delivered, and made once', async () => {
    const id = await ask(await accountWith(db, EIGHT))
    await overtaken(id, result)
    const row = await toTheEnd(id)
    assert.deepEqual([row.status, row.captured, simulator.stats().requests[id]?.calls, await inUse()], ['succeeded', EIGHT, 1, 0])
    await assertBooks(db)
  })

  await t.test('a task that is told after it was given up as unknown is watched to its end, and stands in the log as what it became', async () => {
    const id = await ask(await accountWith(db, EIGHT), { prompt: 'waves [[delay:600000]]' })
    const { providers, sent, open } = behindGate({ isAskable: false })
    const { worker } = openWorker(db, { lane: 'video', videoProviders: providers })
    worker.look()
    await sent
    await cancel(db, realtime, id)
    await sweep(openSweeper(providers))
    assert.deepEqual([await attemptsOf(id), await logOf(id)], [[{ state: 'unknown', reason: 'outcome_unknown', isAskedAfter: false }], [{ outcome: 'outcome_unknown', wasted: true }]])
    await assertBooks(db)
    open()
    await worker.stop()
    assert.deepEqual((await attemptsOf(id)).map(({ state, isAskedAfter }) => [state, isAskedAfter]), [['submitted', true]])
    await assertBooks(db)
    await sweep(openSweeper(providers))
    assert.deepEqual([await attemptsOf(id), await inUse(), await logOf(id)], [[{ state: 'failed', reason: 'provider_fault', isAskedAfter: false }], 0, []])
    await assertBooks(db)
  })
})
