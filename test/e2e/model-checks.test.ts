import assert from 'node:assert/strict'
import { test } from 'node:test'
import { answerCheck, LifeNotices } from '#domains/admin'
import { Catalogue, getLastCheck, insertCheck, insertDailyCheck, learnFromList, takeCheck } from '#domains/catalog'
import { newId } from '#lib/ids'
import { sql } from '#platform/db'
import { type ListedModel, openProviders } from '#platform/providers'
import { openaiSimulator } from '#platform/providers/openai/simulator'
import { serveVendors } from '#platform/providers/simulation'
import { silentLogger } from '#platform/telemetry'
import { flavours, openTestDatabase } from '#test/database'

for (const flavour of flavours) {
  test(`asking providers about their models on ${flavour}`, async (t) => {
    const db = await openTestDatabase(flavour)
    let questions = 0
    const listed = () => {
      questions += 1
      return [{ id: 'gpt-image-1', shutdownAt: '2026-10-23' }, { id: 'gpt-image-2', shutdownAt: '2031-05-01' }]
    }
    const server = await serveVendors([openaiSimulator({ latencyMs: 0, pictures: 'plain', listed })], { host: '127.0.0.1', port: 0 })
    const catalogue = await Catalogue.open(db, assert.ifError)
    t.after(() => Promise.all([server.close(), catalogue.close()]))
    const inlineOutputs = { store: null }
    const providers = await openProviders({ openai: { apiKey: 'any', baseUrl: `${server.url}/openai/v1`, simulated: false, inlineOutputs } })
    const parts = { db, catalogue, providers, videoProviders: new Map(), log: silentLogger() }
    const { signal } = new AbortController()
    const findings = () => db.query(sql`select 1 from catalog_findings`).then(({ length }) => length)

    await t.test('the question of the day is put once by many schedulers, and from its hour on', async () => {
      assert.equal(await insertDailyCheck(db, newId(), 24), false, 'never')
      const put = await Promise.all(Array.from({ length: 5 }, () => insertDailyCheck(db, newId(), 0)))
      assert.equal(put.filter(Boolean).length, 1)
    })

    await t.test('many workers answer it once, and what it found is found once', async () => {
      const answered = await Promise.all(Array.from({ length: 4 }, () => answerCheck(parts, signal)))
      assert.deepEqual([answered.filter(Boolean).length, questions, await findings()], [1, 1, 1])
      const { finishedAt, outcome } = (await getLastCheck(db))!
      assert.notEqual(finishedAt, null)
      assert.deepEqual(outcome, [{ provider: 'openai', kind: 'image', simulated: false, outcome: 'asked', models: 2, findings: 1 }])
      assert.equal(catalogue.findModel('image', 'gpt-image-2').shutdownAt, '2031-05-01T00:00:00.000Z')
    })

    await t.test('asked again, nothing is found that was found before', async () => {
      await insertCheck(db, { id: newId(), slot: 'again', by: 'test' })
      assert.deepEqual([await answerCheck(parts, signal), await findings()], [true, 1])
    })

    await t.test('one that its taker did not answer is taken again, but not for ever', async () => {
      await insertCheck(db, { id: newId(), slot: 'lost', by: 'test' })
      for (let taken = 1; taken <= 3; taken += 1) {
        assert.equal((await takeCheck(db, 60, []))?.slot, 'lost')
        assert.equal(await takeCheck(db, 60, []), undefined, 'somebody has it')
        await db.query(sql`update catalog_checks set taken_until = now() where slot = 'lost'`)
      }
      assert.equal(await takeCheck(db, 60, []), undefined)
    })

    await t.test('a worker that has no key of a vendor leaves that to one that has, whoever comes first, and each vendor is asked once', async () => {
      const simulated = await openProviders({ openai: { apiKey: 'any', baseUrl: `${server.url}/openai/v1`, simulated: true, inlineOutputs } })
      const outcome = async () => (await getLastCheck(db))!.outcome!.map((one) => `${one.provider} ${one.outcome} ${one.simulated}`)
      for (const without of [new Map(), simulated]) {
        await insertCheck(db, { id: newId(), slot: newId(), by: 'test' })
        const before = questions
        assert.deepEqual([await answerCheck({ ...parts, providers: without }, signal), await answerCheck({ ...parts, providers: without }, signal)], [true, false])
        const asked = questions - before
        const answered = await Promise.all(Array.from({ length: 4 }, () => answerCheck(parts, signal)))
        assert.deepEqual([answered.filter(Boolean).length, questions - before - asked, await outcome()], [1, 1, ['openai asked false']])
        assert.deepEqual([await answerCheck({ ...parts, providers: without }, signal), await answerCheck(parts, signal), await outcome()], [false, false, ['openai asked false']])
      }
    })

    await t.test('what the vendor itself says counts whatever a simulator said before, and a simulator takes nothing of it back', async () => {
      const own = await openTestDatabase(flavour)
      const learn = (simulated: boolean, list: readonly ListedModel[]) =>
        own.transaction((tx) => learnFromList(tx, { provider: 'openai', kind: 'image', source: 'list', simulated }, list))
      const open = () => own.query(sql`select kind, told, simulated, applied from catalog_findings where resolved_at is null order by kind`)
      const ends = [{ id: 'gpt-image-2', shutdownAt: '2031-05-01' }]
      const day = '2031-05-01T00:00:00.000Z'
      const end = { kind: 'shutdown', told: day }
      assert.deepEqual([await learn(true, ends), await open()], [{ findings: 1, takenOver: [] }, [{ ...end, simulated: true, applied: false }]])
      assert.deepEqual(await learn(false, ends), { findings: 1, takenOver: [{ model: 'gpt-image-2', before: null, after: day }] })
      assert.deepEqual(await open(), [{ ...end, simulated: false, applied: true }])
      assert.deepEqual([await learn(false, ends), await learn(true, ends)], [{ findings: 0, takenOver: [] }, { findings: 0, takenOver: [] }])
      const other = [{ id: 'another', shutdownAt: null }]
      const missing = (simulated: boolean) => ({ kind: 'unknown_model', told: '', simulated, applied: false })
      assert.deepEqual([(await learn(true, other)).findings, (await learn(false, other)).findings, (await learn(true, ends)).findings], [1, 1, 0])
      assert.deepEqual((await open()).at(-1), missing(false), 'the simulator listed it, and the vendor does not')
      await learn(false, ends)
      assert.deepEqual(await open(), [{ ...end, simulated: false, applied: true }])
    })

    await t.test('an end that somebody dismissed when only a simulator had told it is taken over from the vendor', async () => {
      const own = await openTestDatabase(flavour)
      const learn = (simulated: boolean) => own.transaction((tx) => learnFromList(tx, { provider: 'openai', kind: 'image', source: 'list', simulated }, [{ id: 'gpt-image-2', shutdownAt: '2031-05-01' }]))
      await learn(true)
      await own.query(sql`update catalog_findings set resolved_at = now(), resolved_by = 'an admin', resolution = 'only simulated'`)
      assert.deepEqual([(await learn(true)).findings, (await learn(false)).takenOver.length, (await learn(false)).findings], [0, 1, 0])
    })

    await t.test('a notice of a hundred answers in two processes is written once and found once', async () => {
      const written: string[] = []
      const counting = { ...parts, db: new Proxy(db, { get: (target, name) => (name === 'transaction' ? (work: never) => { written.push('one'); return target.transaction(work) } : Reflect.get(target, name, target) as unknown) }) }
      const processes = [new LifeNotices(counting), new LifeNotices(counting)]
      const notice = { deprecatedAt: null, sunsetAt: '2032-01-01T00:00:00.000Z', link: 'https://vendor.example/end' }
      for (let call = 0; call < 100; call += 1) for (const heard of processes) heard.hear({ provider: 'openai', kind: 'image', simulated: false }, 'gpt-image-2-2026-04-21', notice)
      await Promise.all(processes.map((heard) => heard.settled()))
      assert.deepEqual([written.length, await findings()], [2, 2])
      const [found] = await db.query<{ told: string; link: string }>(sql`select told, link from catalog_findings where source = 'header'`)
      assert.deepEqual(found, { told: notice.sunsetAt, link: notice.link })
      processes[0]!.hear({ provider: 'openai', kind: 'image', simulated: false }, 'a-model-of-nobody', notice)
      await processes[0]!.settled()
      assert.equal(await findings(), 2)
    })
  })
}
