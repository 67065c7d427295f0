/** What calls cost: prices as the database has them. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { sql } from '#platform/db'
import { flavours, openTestDatabase } from '#test/database'

interface Used {
  readonly model?: string
  readonly rate?: string | null
  readonly images?: number | null
  readonly pixels?: number | null
  readonly inputImages?: number | null
  readonly seconds?: number | null
  readonly tokensIn?: number | null
  readonly imageTokensIn?: number | null
  readonly tokensOut?: number | null
}

for (const flavour of flavours) {
  describe(`what a call costs, on ${flavour}`, async () => {
    const db = await openTestDatabase(flavour)
    const price = (model: string, unit: string, rate: string, microUsd: number, startsAt: string) => db.query(sql`
      insert into provider_costs (provider, provider_model, unit, rate, micro_usd, starts_at) values ('p', ${model}, ${unit}, ${rate}, ${microUsd}, ${startsAt})`)
    const priceBySize = (model: string, pixelsMax: number, microUsd: number) => db.query(sql`
      insert into provider_costs (provider, provider_model, unit, pixels_max, micro_usd, starts_at) values ('p', ${model}, 'image', ${pixelsMax}, ${microUsd}, '2026-01-01')`)
    const costOf = async ({ model = 'm', rate = null, images = null, pixels = null, inputImages = null, seconds = null, tokensIn = null, imageTokensIn = null, tokensOut = null }: Used) => {
      const [row] = await db.query<{ cost: bigint | null }>(sql`
        select provider_call_cost('p', ${model}, ${rate}, ${images}::int, ${pixels}::bigint, ${inputImages}::int, ${seconds}::numeric, ${tokensIn}::bigint, ${imageTokensIn}::bigint, ${tokensOut}::bigint) as cost`)
      return row!.cost
    }

    test('what is counted times its price, rounded up to a millionth of a dollar', async () => {
      await price('m', 'image', '', 30_000, '2026-01-01')
      assert.equal(await costOf({ images: 4 }), 120_000n)
      await price('tokens', 'million_tokens_out', '', 7_000_000, '2026-01-01')
      assert.equal(await costOf({ model: 'tokens', tokensOut: 108_900 }), 762_300n)
      assert.equal(await costOf({ model: 'tokens', tokensOut: 1 }), 7n)
      await price('cheap', 'million_tokens_out', '', 1, '2026-01-01')
      assert.equal(await costOf({ model: 'cheap', tokensOut: 1 }), 1n)
    })

    test('of several prices the newest that has begun counts, and one of the resolution before one of all', async () => {
      await price('m', 'image', '', 20_000, '2026-02-01')
      await price('m', 'image', '', 1, '2999-01-01')
      assert.equal(await costOf({ images: 1 }), 20_000n)
      await price('video', 'second', '', 100, '2026-03-01')
      await price('video', 'second', '4k', 300, '2026-01-01')
      assert.deepEqual([await costOf({ model: 'video', rate: '4k', seconds: 5 }), await costOf({ model: 'video', rate: '720p', seconds: 5 })], [1_500n, 500n])
      assert.equal(await costOf({ model: 'video', seconds: 4.5 }), 450n)
    })

    test('tokens that were reported count before an estimate by seconds, and in parts at their own prices', async () => {
      await price('both', 'million_tokens_out', '', 10_000_000, '2026-01-01')
      await price('both', 'second', '', 70_000, '2026-01-01')
      assert.equal(await costOf({ model: 'both', seconds: 5, tokensOut: 1_000 }), 10_000n)
      assert.equal(await costOf({ model: 'both', seconds: 5 }), 350_000n)
      await price('parts', 'million_tokens_in', '', 5_000_000, '2026-01-01')
      await price('parts', 'million_image_tokens_in', '', 8_000_000, '2026-01-01')
      await price('parts', 'million_tokens_out', '', 30_000_000, '2026-01-01')
      assert.equal(await costOf({ model: 'parts', images: 1, tokensIn: 100, imageTokensIn: 200, tokensOut: 1_000 }), 500n + 1_600n + 30_000n)
    })

    test('an image has the price of the narrowest size that holds it; one that none holds, or of unknown size, that of all', async () => {
      await price('sizes', 'image', '', 90_000, '2026-02-01')
      await priceBySize('sizes', 5_000_000, 60_000)
      await priceBySize('sizes', 2_610_000, 45_000)
      const costs = [[2_610_000, 45_000n], [2_610_001, 60_000n], [5_000_001, 90_000n], [null, 90_000n]] as const
      for (const [pixels, cost] of costs) assert.equal(await costOf({ model: 'sizes', images: 1, pixels }), cost)
      await assert.rejects(priceBySize('sizes', 5_000_000, 1), { code: '23505' })
    })

    test('pictures that are given cost beside what is made of them, from the first that is not free', async () => {
      await price('given', 'image', '', 90_000, '2026-01-01')
      await db.query(sql`insert into provider_costs (provider, provider_model, unit, free, micro_usd, starts_at) values ('p', 'given', 'input_image', 1, 3000, '2026-01-01')`)
      for (const [inputImages, cost] of [[0, 90_000n], [1, 90_000n], [3, 96_000n]] as const) assert.equal(await costOf({ model: 'given', images: 1, inputImages }), cost)
    })

    test('of a model without a price, and of a call that cannot be priced, nobody knows', async () => {
      assert.equal(await costOf({ model: 'nobody', images: 1 }), null)
      assert.equal(await costOf({ model: 'parts', images: 1 }), null)
    })

    test('a price is never changed: what a call cost stays what it was', async () => {
      await assert.rejects(db.query(sql`update provider_costs set micro_usd = 1 where provider = 'p'`))
      await assert.rejects(db.query(sql`delete from provider_costs where provider = 'p'`))
    })
  })
}
