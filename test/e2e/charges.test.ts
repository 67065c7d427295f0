import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openTestApp } from '#test/app'
import type { GenerationBody } from '#test/client'
import { withoutPostgres } from '#test/database'
import { assertBooks } from '#test/ledger'

type Charged = GenerationBody & { readonly charged: { readonly credits: number; readonly class: string; readonly reason: string } }

const cases: readonly [name: string, prompt: string, n: number, credits: number][] = [
  ['delivered', 'a fox', 2, 2],
  ['partial', 'a fox [[fault:refuse-output@2]]', 2, 1],
  ['refused_input', 'a fox [[fault:refuse-input]]', 2, 0],
  ['refused_output', 'a fox [[fault:refuse-output]]', 1, 0],
  ['provider_failed', 'a fox [[fault:500]]', 1, 0],
  ['outcome_unknown', 'a fox [[fault:lost-reply]]', 1, 0],
]

test('"were you charged?" is answered for every end', { skip: withoutPostgres }, async (t) => {
  const app = await openTestApp()
  const client = await app.clientWith(50n)
  let spent = 0
  for (const [name, prompt, n, credits] of cases) {
    await t.test(`${name}: ${credits} of ${n}`, async () => {
      const accepted = (await client.generate({ prompt, n, size: '1K' })) as Charged
      assert.deepEqual([accepted.charged.class, accepted.charged.credits], ['open', 0])
      const { charged } = (await client.ended(accepted.id)) as Charged
      assert.deepEqual([charged.class, charged.credits, charged.reason.length > 0], [name, credits, true])
      assert.equal((await client.credits()).available, 50 - (spent += credits))
    })
  }

  await t.test('cancelled_after_start: what had come by then', async () => {
    const { id } = await client.generate({ prompt: 'a fox [[fault:hang@2]]', n: 2, size: '1K' })
    for await (const { event } of client.events(id)) if (event === 'output') break
    const { charged } = await client.json<Charged>('POST', `/api/generations/${id}/cancel`)
    assert.deepEqual([charged.class, charged.credits], ['cancelled_after_start', 1])
  })

  await t.test('the books are right', () => assertBooks(app.db))
})
