/**
 * Videos between the lane, their tasks at the provider and what sweeps them: every submit is counted by the simulator, so nothing is made twice without being seen.
 */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { changeLimit, limitFromSettings, listProviders } from '#domains/capacity'
import { retryLetter } from '#domains/dead-letters'
import { armFailpoints } from '#lib/failpoint'
import { openDatabase, sql } from '#platform/db'
import { ProviderFailure, type VideoProvider } from '#platform/providers'
import { Realtime } from '#platform/realtime'
import { silentLogger } from '#platform/telemetry'
import { cloneTemplate, withoutPostgres } from '#test/database'
import { nothingKnown, openVideoCounter, openWorkshop, readRow, silentAlarm, until } from '#test/generations'
import { accountWith, assertBooks } from '#test/ledger'
import { cancel } from './cancel.ts'
import { endTask, noteCallback } from './sql-tasks.ts'
import { sweepDeadlines, sweepLeases } from './sweep.ts'
import { VideoSweeper, type VideoSweeperParts } from './video-sweeper.ts'

const EIGHT = 8n

test('videos', { skip: withoutPostgres }, async (t) => {
  const url = await cloneTemplate()
  const db = await openDatabase({ url, directory: null, connectionsMax: 12, onIdleError: () => undefined })
  after(() => db.close())
  const ask = await openVideoCounter(db)
  const { simulator, openWorker, partsFor, videoProviders } = await openWorkshop({ latencyMs: 40 })
  const { storage } = partsFor(db).parts
  await limitFromSettings(db, { provider: 'bytedance', kind: 'video', concurrencyMax: null })
  const realtime = new Realtime(db, () => undefined)
  const limit = (concurrencyMax: number | null) => db.transaction((tx) => changeLimit(tx, { provider: 'bytedance', kind: 'video', concurrencyMax, by: 'test' }))

  const openSweeper = (change: Partial<VideoSweeperParts> = {}) => new VideoSweeper({ db, realtime, videoProviders, log: silentLogger(), alarm: silentAlarm(), onReturned: () => undefined, ...change })
  const sweeper = openSweeper()
  /** Asks after everything now, whenever it would be due. */
  const sweep = async (by = sweeper) => {
    await db.query(sql`update provider_attempts set next_poll_at = now() where next_poll_at > now()`)
    await by.sweep()
    await by.settled()
  }
  const openVideoWorker = (change = {}) => openWorker(db, { lane: 'video', ...change }).worker
  const lapse = async () => {
    await db.query(sql`update generation_sessions set lease_expires_at = now() where status = 'running' and lease_expires_at < 'infinity'`)
    await sweepLeases(db)
  }
  const isParked = async (id: string) => {
    const [row] = await db.query(sql`select 1 from generation_sessions where id = ${id} and status = 'running' and lease_expires_at = 'infinity'`)
    return row !== undefined
  }
  const attemptsOf = (id: string) => db.query<{ state: string; reason: string | null; stop: string | null }>(sql`
    select state, failure_reason as reason, stop_outcome as stop from provider_attempts where generation_id = ${id} order by call_number`)
  /** A worker and a sweeper, until it has ended. */
  const toTheEnd = async (id: string, by = sweeper) => {
    const worker = openVideoWorker()
    const row = await until(async () => {
      worker.look()
      await sweep(by)
      const now = await readRow(db, id)
      return ['succeeded', 'failed', 'cancelled'].includes(now.status) && now
    })
    await worker.stop()
    return row
  }
  const billOf = (id: string) => {
    const { calls = 0, billedVideos = 0 } = simulator.stats().requests[id] ?? {}
    return { calls, billedVideos }
  }
  const park = async (id: string) => {
    const worker = openVideoWorker()
    worker.look()
    await until(() => isParked(id))
    await worker.stop()
  }
  t.afterEach(() => armFailpoints(''))

  await t.test('while it is being made nobody works on it: no place, no lease, and its slot stays taken until it has ended', async () => {
    await limit(1)
    const id = await ask(await accountWith(db, EIGHT))
    await park(id)
    assert.equal((await listProviders(db))[0]!.inUse, 1)
    assert.equal((await toTheEnd(id)).captured, EIGHT)
    assert.equal((await listProviders(db))[0]!.inUse, 0)
    await limit(null)
  })

  await t.test('a limit of three is never four, with two workers of many places that are replaced all the time', async () => {
    await limit(3)
    const account = await accountWith(db, 12n * EIGHT)
    const ids = await Promise.all(Array.from({ length: 12 }, () => ask(account, { prompt: 'waves [[delay:500]]' })))
    let most = 0
    const count = async () => {
      const [{ open }] = (await db.query(sql`select count(*)::int as open from provider_attempts where next_poll_at is not null or state = 'intent'`)) as [{ open: number }]
      most = Math.max(most, open)
    }
    const left = async () => (await db.query(sql`select 1 from generation_sessions where id = any(${ids}) and status in ('queued', 'running')`)).length
    while ((await left()) > 0) {
      const workers = [openVideoWorker({ concurrencyMax: 8 }), openVideoWorker({ concurrencyMax: 8 })]
      for (const worker of workers) worker.look()
      await Promise.all([count(), sweep(), sweep(openSweeper())])
      await Promise.all(workers.map((worker) => worker.stop()))
      await count()
    }
    assert.equal(most, 3)
    assert.equal(simulator.stats().videos.runningMost, 3)
    for (const id of ids) assert.deepEqual(billOf(id), { calls: 1, billedVideos: 1 })
    await limit(null)
  })

  for (const [fault, how] of [['lost-reply', 'lost'], ['bad-json', 'cut in half']] as const) {
    await t.test(`a submit whose answer was ${how} is found by its mark, and never sent again`, async () => {
      const id = await ask(await accountWith(db, EIGHT), { prompt: `waves [[fault:${fault}]]` })
      assert.equal((await toTheEnd(id)).status, 'succeeded')
      assert.deepEqual(billOf(id), { calls: 1, billedVideos: 1 })
    })
  }

  await t.test('a submit that certainly never arrived is sent again, and not before that is certain', async () => {
    const id = await ask(await accountWith(db, EIGHT), { prompt: 'waves [[fault:reset@1]]' })
    await park(id)
    await sweep()
    assert.deepEqual([await isParked(id), billOf(id).calls], [true, 1])
    await db.query(sql`update provider_attempts set started_at = started_at - interval '10 minutes' where generation_id = ${id}`)
    assert.equal((await toTheEnd(id)).status, 'succeeded')
    assert.deepEqual([billOf(id), (await attemptsOf(id)).map(({ reason }) => reason)], [{ calls: 2, billedVideos: 1 }, ['network', null]])
  })

  await t.test('a worker that dies between the answer and the id of the task: the task is found, its slot is kept meanwhile, and nothing is sent again', async () => {
    await limit(1)
    const id = await ask(await accountWith(db, EIGHT))
    armFailpoints('worker.after_submit=throw')
    const worker = openVideoWorker()
    worker.look()
    await until(() => billOf(id).calls === 1)
    await worker.stop()
    await lapse()
    assert.equal((await listProviders(db))[0]!.inUse, 1)
    assert.equal((await toTheEnd(id)).status, 'succeeded')
    assert.deepEqual(billOf(id), { calls: 1, billedVideos: 1 })
    await limit(null)
  })

  for (const point of ['worker.after_task_saved', 'worker.in_transfer', 'worker.after_put', 'worker.after_output', 'worker.in_settle']) {
    await t.test(`work that breaks off at ${point} goes on from there: one submit, one delivery, one capture, and the bytes are there`, async () => {
      const id = await ask(await accountWith(db, EIGHT))
      armFailpoints(`${point}=throw`)
      const worker = openVideoWorker()
      const row = await until(async () => {
        worker.look()
        await sweep()
        await lapse()
        const now = await readRow(db, id)
        return now.status === 'succeeded' && now
      })
      await worker.stop()
      assert.deepEqual([row.captured, billOf(id)], [EIGHT, { calls: 1, billedVideos: 1 }])
      const [output] = await db.query<{ keys: string[] }>(sql`select array[object_key, poster_key] as keys from generation_outputs where generation_id = ${id}`)
      for (const key of output!.keys) assert((await storage.stat(key)).bytes > 0)
    })
  }

  for (const point of ['sweeper.after_poll', 'sweeper.after_finalize']) {
    await t.test(`a sweep that breaks off at ${point} is gone on with by the next; a task ends once`, async () => {
      const id = await ask(await accountWith(db, EIGHT))
      armFailpoints(`${point}=throw`)
      assert.equal((await toTheEnd(id)).status, 'succeeded')
      const [{ returns }] = (await db.query(sql`
        select count(*)::int as returns from generation_events where generation_id = ${id} and data ->> 'reason' = 'the provider has ended its task'`)) as [{ returns: number }]
      assert.deepEqual([returns, billOf(id)], [1, { calls: 1, billedVideos: 1 }])
    })
  }

  await t.test('two sweepers that see the end at one moment hand it over once', async () => {
    const id = await ask(await accountWith(db, EIGHT))
    await park(id)
    await until(() => simulator.stats().videos.running === 0 && billOf(id).calls === 1)
    for (const one of [sweeper, openSweeper(), openSweeper()]) {
      await db.query(sql`update provider_attempts set next_poll_at = now() where next_poll_at > now()`)
      await one.sweep()
    }
    assert.equal((await toTheEnd(id)).captured, EIGHT)
    // One whose answer was under way all the time.
    const [late] = await db.query<{ id: string }>(sql`select id from provider_attempts where generation_id = ${id}`)
    const end = { state: 'failed', reason: 'provider_fault', message: 'a test', providerStatus: 'failed' } as const
    assert.deepEqual(await endTask(db, { attemptId: late!.id, generationId: id }, end), { ended: false, seq: null })
    assert.deepEqual((await attemptsOf(id)).map(({ state }) => state), ['succeeded'])
  })

  await t.test('twenty-five that are due are asked after side by side, also where the provider takes one with each question', async () => {
    const account = await accountWith(db, 25n * EIGHT)
    const ids = await Promise.all(Array.from({ length: 25 }, () => ask(account, { prompt: 'waves [[delay:600000]]' })))
    const worker = openVideoWorker({ concurrencyMax: 25 })
    worker.look()
    for (const id of ids) await until(() => isParked(id))
    await worker.stop()
    const real = videoProviders.get('bytedance')!
    let [underWay, most, asked] = [0, 0, 0]
    const counting = async <T>(question: Promise<T>): Promise<T> => {
      underWay += 1
      asked += 1
      most = Math.max(most, underWay)
      return question.finally(() => (underWay -= 1))
    }
    const one = { name: real.name, simulated: true, poll: (id: string, options: never) => counting(real.poll(id, options)) } as unknown as VideoProvider
    await sweep(openSweeper({ videoProviders: new Map([['bytedance', one]]) }))
    assert.deepEqual([asked, most], [25, 25])
    asked = 0
    const many = { ...one, pollMany: (taskIds: string[], options: never) => counting(real.pollMany!(taskIds, options)) } as unknown as VideoProvider
    await sweep(openSweeper({ videoProviders: new Map([['bytedance', many]]) }))
    assert.equal(asked, 1, 'one question for all of them')
    for (const id of ids) await cancel(db, realtime, id)
    await sweep()
    await db.query(sql`update provider_attempts set started_at = started_at - interval '2 days' where next_poll_at is not null`)
    await sweep()
  })

  await t.test('a provider that wants fewer questions gets none for as long as it says, about whatever task', async () => {
    const account = await accountWith(db, 40n * EIGHT)
    const ids = await Promise.all(Array.from({ length: 40 }, () => ask(account, { prompt: 'waves [[delay:600000]]' })))
    const worker = openVideoWorker({ concurrencyMax: 40 })
    worker.look()
    for (const id of ids) await until(() => isParked(id))
    await worker.stop()
    const real = videoProviders.get('bytedance')!
    let asked = 0
    const refusing = {
      name: real.name, simulated: true,
      poll: async () => {
        asked += 1
        throw new ProviderFailure('rate', { publicMessage: 'busy', retryAfterSeconds: 30 })
      },
    } as unknown as VideoProvider
    await sweep(openSweeper({ videoProviders: new Map([['bytedance', refusing]]) }))
    // Those that were side by side when it said so.
    assert(asked <= 25, `${asked} questions`)
    const due = () => db.query<{ seconds: number }>(sql`
      select extract(epoch from next_poll_at - now())::float as seconds from provider_attempts where next_poll_at is not null`)
    const seconds = (await due()).map((row) => row.seconds)
    assert(seconds.length === 40 && seconds.every((one) => one > 25 && one <= 33), JSON.stringify(seconds))
    for (const id of ids) await cancel(db, realtime, id)
    await sweep()
    assert.deepEqual(await due(), [])
  })

  await t.test('a pause that makes no sense for a question, of no time or of a day, is kept within bounds', async () => {
    const id = await ask(await accountWith(db, EIGHT), { prompt: 'waves [[delay:600000]]' })
    await park(id)
    const dueIn = async (answer: () => Promise<unknown>) => {
      const odd = { name: 'bytedance', simulated: true, poll: answer } as unknown as VideoProvider
      await sweep(openSweeper({ videoProviders: new Map([['bytedance', odd]]) }))
      const [{ seconds }] = (await db.query(sql`select extract(epoch from next_poll_at - now())::float as seconds from provider_attempts where generation_id = ${id}`)) as [{ seconds: number }]
      return seconds
    }
    const refuse = (reason: 'rate' | 'provider_fault', retryAfterSeconds: number) => () => Promise.reject(new ProviderFailure(reason, { publicMessage: 'not now', retryAfterSeconds }))
    const goesOn = () => Promise.resolve({ taskId: 'x', providerStatus: 'running', progress: null, state: 'running', retryAfterSeconds: 86_400 })
    for (const reason of ['rate', 'provider_fault'] as const) {
      const [none, day] = [await dueIn(refuse(reason, 0)), await dueIn(refuse(reason, 86_400))]
      assert(none > 0.5 && day > 200 && day < 340, JSON.stringify({ reason, none, day }))
    }
    assert((await dueIn(goesOn)) < 340)
    await cancel(db, realtime, id)
    await sweep()
  })

  for (const [who, isUnwanted] of [['is waited for', false], ['nobody waits for', true]] as const) {
    await t.test(`a video that ${who} is not asked after for ever where every question is refused: it is given up when no vendor would still be making it`, async () => {
      const id = await ask(await accountWith(db, EIGHT), { prompt: 'waves [[delay:600000]]' })
      await park(id)
      if (isUnwanted) await cancel(db, realtime, id)
      const refused = () => Promise.reject(new ProviderFailure('auth', { publicMessage: 'who are you' }))
      const changedLocks = openSweeper({ videoProviders: new Map([['bytedance', { name: 'bytedance', simulated: true, poll: refused, cancel: refused } as unknown as VideoProvider]]) })
      const isAskedAfter = async () => (await db.query(sql`select 1 from provider_attempts where generation_id = ${id} and next_poll_at is not null`)).length === 1
      await sweep(changedLocks)
      assert.equal(await isAskedAfter(), true)
      await db.query(sql`update provider_attempts set started_at = started_at - interval '2 days' where generation_id = ${id}`)
      await sweep(changedLocks)
      assert.deepEqual([await isAskedAfter(), (await attemptsOf(id))[0]!.state], [false, 'unknown'])
      await toTheEnd(id)
    })
  }

  await t.test('a callback tells which task a lost submit became, where the provider could not be asked', async () => {
    const id = await ask(await accountWith(db, EIGHT), { prompt: 'waves [[fault:lost-reply]]' })
    await park(id)
    const [{ attemptId }] = (await db.query(sql`select id as "attemptId" from provider_attempts where generation_id = ${id}`)) as [{ attemptId: string }]
    const real = videoProviders.get('bytedance')!
    const found = await real.reconcile({ clientReference: attemptId, providerModel: 'dreamina-seedance-2-0-260128', submittedAt: new Date().toISOString() }, { signal: AbortSignal.timeout(5_000) })
    assert(found.kind === 'found')
    assert.equal(await noteCallback(db, attemptId, found.task.taskId), true)
    const deaf = { name: real.name, simulated: true, poll: (taskId: string, options: never) => real.poll(taskId, options), reconcile: async () => ({ kind: 'cannot_be_asked' }) } as unknown as VideoProvider
    assert.equal((await toTheEnd(id, openSweeper({ videoProviders: new Map([['bytedance', deaf]]) }))).status, 'succeeded')
    assert.deepEqual(billOf(id), { calls: 1, billedVideos: 1 })
  })

  for (const [how, answer] of [
    ['that goes on', async (taskId: string) => ({ state: 'running', taskId, providerStatus: 'running', progress: null })],
    ['of which nothing can be learnt', () => Promise.reject(new ProviderFailure('network', { publicMessage: 'away' }))],
  ] as const) {
    await t.test(`a task ${how}, and that its provider tells of while it is asked after, is asked after again at once`, async () => {
      const id = await ask(await accountWith(db, EIGHT))
      await park(id)
      const nextOf = async () => (await db.query<{ attemptId: string; due: boolean }>(sql`select id as "attemptId", next_poll_at <= now() as due from provider_attempts where generation_id = ${id}`))[0]!
      const { attemptId } = await nextOf()
      let tell = true
      const poll = async (taskId: string) => {
        if (tell) assert.equal(await noteCallback(db, attemptId, taskId), true)
        return answer(taskId)
      }
      const told = openSweeper({ videoProviders: new Map([['bytedance', { name: 'bytedance', simulated: true, poll } as unknown as VideoProvider]]) })
      await sweep(told)
      assert.equal((await nextOf()).due, true)
      tell = false
      await sweep(told)
      assert.equal((await nextOf()).due, false)
      assert.equal((await toTheEnd(id)).status, 'succeeded')
    })
  }

  for (const fault of ['poll-429@1', 'poll-500@1', 'poll-bad-json@1']) {
    await t.test(`a question that fails (${fault}) says nothing about the task`, async () => {
      const id = await ask(await accountWith(db, EIGHT), { prompt: `waves [[fault:${fault}]]` })
      assert.equal((await toTheEnd(id)).status, 'succeeded')
      assert.deepEqual(billOf(id), { calls: 1, billedVideos: 1 })
    })
  }

  await t.test('a task that failed is made again as the policy allows; one whose content is refused is not; nothing is charged for what is not delivered', async () => {
    const account = await accountWith(db, 3n * EIGHT)
    const once = await ask(account, { prompt: 'waves [[fault:task-failed@1]]' })
    assert.deepEqual([(await toTheEnd(once)).captured, billOf(once)], [EIGHT, { calls: 2, billedVideos: 1 }])
    const always = await ask(account, { prompt: 'waves [[fault:task-failed]]' })
    const failed = await toTheEnd(always)
    assert.deepEqual([failed.status, failed.errorCode, failed.captured, billOf(always)], ['failed', 'provider.failed', 0n, { calls: 3, billedVideos: 0 }])
    const refused = await ask(account, { prompt: 'waves [[fault:refuse-output]]' })
    const row = await toTheEnd(refused)
    assert.deepEqual([row.errorCode, billOf(refused).calls], ['provider.output_rejected', 1])
    const input = await ask(account, { prompt: 'waves [[fault:refuse-input]]' })
    assert.equal((await toTheEnd(input)).errorCode, 'provider.content_rejected')
  })

  await t.test('a task that the provider says it does not know is believed only after a while, and not ordered again', async () => {
    const id = await ask(await accountWith(db, EIGHT), { prompt: 'waves [[fault:task-lost]]' })
    await park(id)
    await sweep()
    await sweep()
    assert.equal(await isParked(id), true)
    const row = await toTheEnd(id, openSweeper({ goneAfterSeconds: 0 }))
    assert.deepEqual([row.status, row.errorCode, row.captured, billOf(id).calls], ['failed', 'provider.outcome_unknown', 0n, 1])
  })

  await t.test('a result that has gone, or is no video, is asked for again at the provider and then made once more', async () => {
    const account = await accountWith(db, 2n * EIGHT)
    for (const [fault, calls] of [['expired-url@1', 2], ['bad-asset@1', 2]] as const) {
      const id = await ask(account, { prompt: `waves [[fault:${fault}]]` })
      assert.deepEqual([(await toTheEnd(id)).captured, billOf(id).calls], [EIGHT, calls], fault)
    }
  })

  for (const reason of ['rate', 'bad_response', 'auth', 'provider_fault'] as const) {
    await t.test(`a finished video whose address has ended is not given up because asking for another one failed (${reason})`, async () => {
      const id = await ask(await accountWith(db, EIGHT))
      const real = videoProviders.get('bytedance')!
      let [gone, busyUntil] = [true, 0]
      const forgetful = {
        name: real.name, simulated: true,
        submit: (call: never, options: never) => real.submit(call, options),
        // The address has ended until the task has been asked after again.
        fetchOutput: async (result: never, part: 'video' | 'poster', options: never) => {
          if (gone && part === 'video') throw new ProviderFailure('output_gone', { publicMessage: 'gone' })
          return real.fetchOutput(result, part, options)
        },
        poll: async (taskId: string, options: never) => {
          busyUntil ||= Date.now() + 400
          if (Date.now() < busyUntil) throw new ProviderFailure(reason, { publicMessage: 'not now' })
          gone = false
          return real.poll(taskId, options)
        },
      } as unknown as VideoProvider
      const worker = openVideoWorker({ videoProviders: new Map([['bytedance', forgetful]]) })
      const row = await until(async () => {
        worker.look()
        await sweep()
        const now = await readRow(db, id)
        return ['succeeded', 'failed'].includes(now.status) && now
      })
      await worker.stop()
      assert.deepEqual([row.errorCode, row.captured, billOf(id)], [null, EIGHT, { calls: 1, billedVideos: 1 }])
    })
  }

  await t.test('one that is cancelled while it waits at the provider is stopped there and billed to nobody', async () => {
    const id = await ask(await accountWith(db, EIGHT), { prompt: 'waves [[delay:600000]]' })
    await park(id)
    assert.equal(await cancel(db, realtime, id), true)
    await sweeper.sweep()
    await sweeper.settled()
    assert.deepEqual([(await readRow(db, id)).captured, await attemptsOf(id), billOf(id)], [0n, [{ state: 'failed', reason: 'provider_fault', stop: 'cancelled' }], { calls: 1, billedVideos: 0 }])
  })

  await t.test('one that runs and cannot be stopped costs the person nothing, is watched to its end for its slot, and is not delivered', async () => {
    await limit(1)
    const id = await ask(await accountWith(db, EIGHT), { prompt: 'waves [[delay:1500]]' })
    await park(id)
    await until(() => simulator.stats().videos.running === 1)
    await cancel(db, realtime, id)
    await sweep()
    assert.deepEqual([(await attemptsOf(id))[0]!.stop, (await listProviders(db))[0]!.inUse], ['too_late', 1])
    // It may have been too late because it had ended: that is asked at once, and not when it would have been.
    assert.deepEqual(await db.query(sql`select next_poll_at <= now() as due from provider_attempts where generation_id = ${id}`), [{ due: true }])
    await until(() => simulator.stats().videos.running === 0)
    await sweep()
    assert.deepEqual([(await attemptsOf(id))[0]!.state, (await listProviders(db))[0]!.inUse], ['succeeded', 0])
    assert.deepEqual([await readRow(db, id).then(({ status, captured }) => [status, captured]), billOf(id)], [['cancelled', 0n], { calls: 1, billedVideos: 1 }])
    await limit(null)
  })

  await t.test('one that never ends is ended at its deadline; opened again it waits for the task that is still under way and orders none', async () => {
    const id = await ask(await accountWith(db, EIGHT), { prompt: 'waves [[delay:2000]]' })
    await park(id)
    await until(() => simulator.stats().videos.running === 1)
    await db.query(sql`update generation_sessions set deadline_at = now() - interval '1 second' where id = ${id}`)
    await sweepDeadlines(db, realtime)
    assert.deepEqual(await readRow(db, id).then(({ status, errorCode, captured }) => [status, errorCode, captured]), ['failed', 'generation.deadline', 0n])
    await sweep()
    const [letter] = await db.query<{ id: string }>(sql`select id from dead_letters where generation_id = ${id} and state = 'open'`)
    await db.transaction((tx) => retryLetter(tx, { letterId: letter!.id, waived: false, change: null, by: 'test', known: nothingKnown }))
    assert.deepEqual([(await toTheEnd(id)).captured, billOf(id)], [EIGHT, { calls: 1, billedVideos: 1 }])
  })

  await t.test('one that is cancelled while its submit is on its way is found and stopped', async () => {
    const id = await ask(await accountWith(db, EIGHT), { prompt: 'waves [[delay:600000]]' })
    armFailpoints('worker.after_submit=throw')
    const worker = openVideoWorker()
    worker.look()
    await until(() => billOf(id).calls === 1)
    await cancel(db, realtime, id)
    await worker.stop()
    await sweep()
    await sweep()
    assert.deepEqual(await attemptsOf(id), [{ state: 'failed', reason: 'provider_fault', stop: 'cancelled' }])
  })

  await t.test('what was made is fetched though the provider is full, paused or broken meanwhile', async () => {
    const id = await ask(await accountWith(db, EIGHT))
    await park(id)
    await db.query(sql`update provider_controls set paused_until = 'infinity', paused_by = 'test', pause_reason = 'a test', open_until = now() + interval '1 hour' where kind = 'video'`)
    assert.equal((await toTheEnd(id)).status, 'succeeded')
    await db.query(sql`update provider_controls set paused_until = null, paused_by = null, pause_reason = null, open_until = null where kind = 'video'`)
  })

  await t.test('nothing is left that is asked after, no slot is taken, and the books are right', async () => {
    assert.deepEqual(await db.query(sql`select id from provider_attempts where next_poll_at is not null`), [])
    assert.deepEqual(await db.query(sql`select slot from provider_slots where attempt_id is not null`), [])
    await assertBooks(db)
  })
})
