/**
 * What a provider can do wrong, one by one, against the whole product: what the person gets, what they pay, what the provider bills, and within which time. The
 * bounds are the longest that each is waited for, so a fault that takes longer fails its test. docs/reference/faults.md lists them with their promises.
 */
import assert from 'node:assert/strict'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { sql } from '#platform/db'
import { openTestApp } from '#test/app'
import type { Client, GenerationBody } from '#test/client'
import { withoutPostgres } from '#test/database'
import { until } from '#test/generations'
import { assertBooks } from '#test/ledger'

const VIDEO = { durationSeconds: 4, resolution: '480p' }
const HOSTILE = ['bad-asset', 'too-large', 'redirect-private', 'pixel-flood'] as const

test('faults of providers', { skip: withoutPostgres }, async (t) => {
  const app = await openTestApp({ COOLY_PROVIDER_TIMEOUT_SECONDS: '2', COOLY_DEMO: 'false' })
  const { db, simulator } = app
  const image = (client: Client, prompt: string, more: object = {}) => client.generate({ prompt, size: '1K', ...more })
  const video = (client: Client, prompt: string, more: object = {}) => client.json<GenerationBody>('POST', '/api/videos/seedance/generate', { body: { prompt, ...VIDEO, ...more } })
  const billOf = ({ id }: { id: string }) => {
    const { calls = 0, billedImages = 0, billedVideos = 0 } = simulator.stats().requests[id] ?? {}
    return { calls, billed: billedImages + billedVideos }
  }
  const told = ({ status, error, outputs, credits }: GenerationBody) => ({ status, code: error?.code ?? null, outputs: outputs.length, captured: credits.captured })
  const FAILED = (code: string) => ({ status: 'failed', code, outputs: 0, captured: 0 })
  const DONE = (captured: number) => ({ status: 'succeeded', code: null, outputs: 1, captured })
  /** Nothing of the account is held once its generations have ended. */
  const fresh = async (body: (client: Client) => Promise<void>) => {
    const client = await app.clientWith(100n)
    await body(client)
    assert.equal((await client.credits()).held, 0)
  }

  await t.test('no reply: the outcome is unknown, it is asked for once more, then given up and released', () => fresh(async (client) => {
    const asked = await image(client, 'a fox [[fault:hang]]')
    assert.deepEqual(told(await client.ended(asked.id, 15_000)), FAILED('provider.outcome_unknown'))
    assert.equal(billOf(asked).calls, 2)
  }))

  await t.test('429 with Retry-After: nobody calls before it is over, and no try is lost', () => fresh(async (client) => {
    const asked = await image(client, 'a fox [[fault:429@1]]')
    assert.deepEqual(told(await client.ended(asked.id, 15_000)), DONE(1))
    const [{ apart }] = (await db.query(sql`
      select extract(epoch from max(started_at) - min(finished_at))::float as apart from provider_attempts where generation_id = ${asked.id}`)) as [{ apart: number }]
    assert(apart >= 1, `${apart} s after the refusal`)
    assert.deepEqual(billOf(asked), { calls: 2, billed: 1 })
  }))

  await t.test('an answer that cannot be read: asked for once more, then failed and released', () => fresh(async (client) => {
    const once = await image(client, 'a fox [[fault:bad-json@1]]')
    assert.deepEqual(told(await client.ended(once.id, 15_000)), DONE(1))
    const always = await image(client, 'a fox [[fault:bad-json]]')
    assert.deepEqual(told(await client.ended(always.id, 15_000)), FAILED('provider.bad_response'))
    assert.equal(billOf(always).calls, 2)
  }))

  await t.test('accepted and the reply lost: the person pays once, whatever the provider bills; a video is found and not sent again', () => fresh(async (client) => {
    const asked = await image(client, 'a fox [[fault:lost-reply@1]]')
    assert.deepEqual(told(await client.ended(asked.id, 15_000)), DONE(1))
    assert.deepEqual(billOf(asked), { calls: 2, billed: 2 })
    const moving = await video(client, 'waves [[fault:lost-reply]]')
    assert.deepEqual(told(await client.ended(moving.id, 60_000)), DONE(8))
    assert.deepEqual(billOf(moving), { calls: 1, billed: 1 })
  }))

  for (const [fault, code] of [['refuse-input', 'provider.content_rejected'], ['refuse-output', 'provider.output_rejected']] as const) {
    await t.test(`refused for its content (${fault}): not asked for again, released in full, and the reason is told`, () => fresh(async (client) => {
      for (const asked of [await image(client, `a fox [[fault:${fault}]]`), await video(client, `waves [[fault:${fault}]]`)]) {
        assert.deepEqual(told(await client.ended(asked.id, 15_000)), FAILED(code))
        assert.equal(billOf(asked).calls, 1)
      }
    }))
  }

  await t.test('three of four pictures: three are there and paid, one came back', () => fresh(async (client) => {
    const asked = await image(client, 'a fox [[fault:refuse-output@3]]', { n: 4 })
    const done = await client.ended(asked.id, 15_000)
    assert.deepEqual([done.status, done.outputs.length, done.failures.map(({ code }) => code), done.credits], [
      'succeeded', 3, ['provider.output_rejected'], { ...done.credits, held: 0, captured: 3, released: 1 },
    ])
  }))

  await t.test('an address that has ended: the result is had anew, and no tile is ever broken', () => fresh(async (client) => {
    for (const asked of [await image(client, 'a fox [[fault:expired-url@1]]'), await video(client, 'waves [[fault:expired-url@1]]')]) {
      const done = await client.ended(asked.id, 20_000)
      assert.deepEqual([done.status, done.outputs.length], ['succeeded', 1])
      assert.equal((await client.fetch('GET', done.outputs[0]!.url)).status, 200)
    }
  }))

  for (const fault of HOSTILE) {
    await t.test(`a hostile result (${fault}) is cut off and refused, costs nothing and leaves no object`, () => fresh(async (client) => {
      for (const asked of [await image(client, `a fox [[fault:${fault}]]`), await video(client, `waves [[fault:${fault}]]`)]) {
        const { status, outputs, credits, error } = await client.ended(asked.id, 30_000)
        assert.deepEqual([status, outputs.length, credits.captured], ['failed', 0, 0], JSON.stringify(error))
        assert.match(error!.code, /^provider\.(bad_output|output_gone)$/)
        assert.deepEqual(await filesBelow(join(app.dataDirectory, 'files', 'generations', asked.id)), [])
      }
    }))
  }

  await t.test('a task that never ends: at its deadline it is ended, stopped at the provider where that can be, and released', () => fresh(async (client) => {
    const asked = await video(client, 'waves [[fault:endless]]', { deadlineSeconds: 30 })
    assert.deepEqual(told(await client.ended(asked.id, 40_000)), FAILED('generation.deadline'))
    await until(async () => (await db.query(sql`select 1 from provider_attempts where generation_id = ${asked.id} and stop_outcome is not null`)).length === 1)
    assert.deepEqual(billOf(asked), { calls: 1, billed: 0 })
  }))

  await t.test('a burst of faults opens the breaker, one call tries when its time is over, and what waited is made', () => fresh(async (client) => {
    const struck = await Promise.all(Array.from({ length: 12 }, () => image(client, 'a fox [[delay:300]] [[fault:500@1]]')))
    await until(async () => (await db.query(sql`select 1 from provider_controls where provider = 'bytedance' and kind = 'image' and open_until is not null`)).length === 1)
    const waiting = await image(client, 'a fox')
    for (const { id } of [...struck, waiting]) assert.deepEqual(told(await client.ended(id, 45_000)), DONE(1))
    assert.deepEqual(await db.query(sql`select 1 from provider_controls where open_until is not null`), [])
  }))

  await t.test('the books are right, and every answer was one of the interface', async () => {
    await assertBooks(db)
    assert.equal((await fetch(`${app.address}/ready`)).status, 200)
  })
})

async function filesBelow(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true }).catch(() => [])
  return entries.filter((entry) => entry.isFile()).map(({ name }) => name)
}
