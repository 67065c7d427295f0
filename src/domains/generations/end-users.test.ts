/** What vendors are told about who a request is for. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { limitFromSettings } from '#domains/capacity'
import { sql } from '#platform/db'
import type { ImageCall, ImageProvider } from '#platform/providers'
import { openTestDatabase, postgresUrl } from '#test/database'
import { openCounter, openVideoCounter, openWorkshop, until, untilStatus } from '#test/generations'
import { accountWith } from '#test/ledger'
import { EndUsers } from './end-users.ts'

test('an account has one name at a vendor, others have others, and so has it at another vendor or under another secret', () => {
  const users = new EndUsers('a secret')
  const [here, there] = [crypto.randomUUID(), crypto.randomUUID()]
  const name = users.nameOf('openai', here)
  assert.equal(new EndUsers('a secret').nameOf('openai', here), name)
  const names = [name, users.nameOf('openai', there), users.nameOf('bytedance', here), new EndUsers('another').nameOf('openai', here)]
  assert.equal(new Set(names).size, 4)
  for (const each of names) assert.match(each, /^[\w-]{43}$/)
})

test('calls for images and for videos carry the name of the account, and nothing else of it', async () => {
  const db = await openTestDatabase(postgresUrl === null ? 'embedded' : 'postgres')
  for (const kind of ['image', 'video'] as const) await limitFromSettings(db, { provider: 'bytedance', kind, concurrencyMax: null })
  const { simulator, openWorker, providers } = await openWorkshop({ latencyMs: 0 })
  const account = await accountWith(db, 20n)
  const name = new EndUsers('a secret of tests').nameOf('bytedance', account)
  const calls: ImageCall[] = []
  const real = providers.get('bytedance')!
  const listening: ImageProvider = {
    name: real.name, simulated: real.simulated, fetchOutput: real.fetchOutput.bind(real),
    generateImage: (call, options) => {
      calls.push(call)
      return real.generateImage(call, options)
    },
  }
  const image = await (await openCounter(db))(account)
  const pictures = openWorker(db, { providers: new Map([['bytedance', listening]]) }).worker
  pictures.look()
  await untilStatus(db, image, 'succeeded')
  await pictures.stop()
  assert.deepEqual(calls.map(({ endUser }) => endUser), [name])
  assert(!JSON.stringify(calls).includes(account))

  const video = await (await openVideoCounter(db))(account, { prompt: 'waves [[delay:600000]]' })
  const videos = openWorker(db, { lane: 'video' }).worker
  videos.look()
  const { taskId } = await until(async () => (await db.query<{ taskId: string }>(sql`
    select provider_task_id as "taskId" from provider_attempts where generation_id = ${video} and provider_task_id is not null`))[0])
  await videos.stop()
  const task = await fetch(`${simulator.url}/api/v3/contents/generations/tasks/${taskId}`, { headers: { authorization: 'Bearer any' } })
  assert.equal(((await task.json()) as { safety_identifier: string }).safety_identifier, name)
})
