import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from '#platform/db'
import { flavours, openTestDatabase } from '#test/database'
import { Catalogue } from './catalogue.ts'
import { changeModels } from './change-models.ts'
import { changeModel } from './model-change.ts'
import { models as seed } from './models.ts'
import { orderImages, orderVideo } from './order.ts'
import { listModelRows } from './sql-models.ts'

for (const flavour of flavours) {
  test(`the catalogue on ${flavour}`, async (t) => {
    const db = await openTestDatabase(flavour)
    const [one, other] = [await Catalogue.open(db, assert.ifError), await Catalogue.open(db, assert.ifError)]
    t.after(() => Promise.all([one.close(), other.close()]))
    const now = new Date()

    await t.test('is as this version knows it while nobody has decided anything', () => {
      assert.deepEqual(one.models(), seed)
      assert.deepEqual([one.fallbacksOf('seedream4'), one.successorOf('seedream4', now)], [[], null])
    })

    await t.test('what one process decides the others see with their next reading', async () => {
      const wishes = [
        { id: 'seedream4', expectedVersion: 0, replacement: 'seedream-5', fallbacks: ['seedream-5-pro', 'seedream-5', 'seedream-4-5'] },
        { id: 'seedream-5', expectedVersion: 0, shutdownAt: '2026-01-02T00:00:00.000Z', replacement: 'seedream-5-flash' },
        { id: 'seedream-5-pro', expectedVersion: 0, enabled: false },
      ]
      await db.transaction((tx) => changeModels(tx, wishes, 'test'))
      await Promise.all([one.renew(), other.refresh()])
      for (const catalogue of [one, other]) assert.equal(catalogue.findModel('image', 'seedream4').replacement, 'seedream-5')
    })

    await t.test('fallbacks are those that were decided, in their order, and a successor is the first that can be asked', () => {
      assert.deepEqual(one.fallbacksOf('seedream4'), ['seedream-5-pro', 'seedream-5', 'seedream-4-5'])
      assert.equal(one.successorOf('seedream4', now)?.id, 'seedream-5-flash')
    })

    await t.test('of a decision that this version cannot follow that part is left out, and the rest holds', async () => {
      await db.query(sql`
        update catalog_models set changes = '{"name": "Dreams", "providerModel": "seedream-9", "limits": {"imagesMax": 40}}', version = 2 where model = 'seedream4'`)
      await one.renew()
      const { name, providerModel, imagesMax } = one.findModel('image', 'seedream4')
      assert.deepEqual([name, providerModel, imagesMax], ['Dreams', 'seedream-4-0-250828', 4])
      const row = (await listModelRows(db)).find(({ model }) => model === 'seedream4')!
      assert.deepEqual(changeModel(seed[0]!, row).mistakes.map(({ path }) => path), ['/providerModel', '/limits/imagesMax'])
    })

    await t.test('replacements that lead in a circle, as two versions together might, lead nowhere', async () => {
      await db.query(sql`update catalog_models set changes = '{"replacement": "seedream4", "shutdownAt": "2026-01-02T00:00:00.000Z"}' where model in ('seedream-5', 'seedream-4-5')`)
      await db.query(sql`update catalog_models set changes = '{"replacement": "seedream-5", "shutdownAt": "2026-01-02T00:00:00.000Z"}' where model = 'seedream4'`)
      await one.renew()
      assert.equal(one.successorOf('seedream4', now), null)
    })
  })
}

const image = seed.find((model) => model.id === 'gpt-image-2')!
const video = seed.find((model) => model.id === 'seedance')!

test('a narrowed image model refuses what it no longer offers, and its defaults are what it still does', () => {
  const limits = { presets: ['1536x1024'], pixelsMax: 1_000_000, qualities: ['low'], outputFormats: ['png'], optionsOff: ['background'] }
  const { model, mistakes } = changeModel(image, { changes: { limits }, enabled: true })
  assert.deepEqual(mistakes, [])
  assert(model.kind === 'image')
  assert.deepEqual(model.defaults, { size: '1536x1024', quality: 'low' })
  const refused = [
    [{ size: '2048x1024', quality: 'medium', outputFormat: 'webp' }, '/size', '/outputFormat', '/quality'],
    [{ background: 'opaque', outputCompression: 50 }, '/background', '/outputCompression'],
  ] as const
  for (const [asked, ...paths] of refused) {
    assert.throws(() => orderImages(model, { prompt: 'x', n: 1, ...asked }), ({ members }: { members: { errors: { path: string }[] } }) => {
      assert.deepEqual(members.errors.map(({ path }) => path), paths)
      return true
    })
  }
  assert.deepEqual(orderImages(model, { prompt: 'x', n: 1 }).input, { size: '1536x1024', quality: 'low', prompt: 'x', n: 1 })
})

test('a narrowed video model refuses what it no longer offers, and its defaults are what it still does', () => {
  const limits = { resolutions: ['480p'], aspectRatios: ['9:16'], durationSecondsMax: 4, optionsOff: ['generateAudio'] }
  const { model, mistakes } = changeModel(video, { changes: { limits }, enabled: true })
  assert.deepEqual(mistakes, [])
  assert(model.kind === 'video')
  const refused = { prompt: 'x', durationSeconds: 5, resolution: '720p', aspectRatio: '16:9', generateAudio: true }
  assert.throws(() => orderVideo(model, refused), ({ members }: { members: { errors: { path: string }[] } }) => {
    assert.deepEqual(members.errors.map(({ path }) => path).toSorted(), ['/aspectRatio', '/durationSeconds', '/generateAudio', '/resolution'])
    return true
  })
  assert.deepEqual(orderVideo(model, { prompt: 'x' }).input, { prompt: 'x', durationSeconds: 4, resolution: '480p', aspectRatio: '9:16', generateAudio: false })
})

test('another dated model offers what both take, never more than was sold', () => {
  const { model } = changeModel(image, { changes: { providerModel: 'gpt-image-1.5-2025-12-16' }, enabled: true })
  assert(model.kind === 'image' && image.kind === 'image')
  assert.deepEqual([model.providerModel, model.ability.pixels, model.ability.presets, model.ability.qualities], ['gpt-image-1.5-2025-12-16', null, image.ability.presets, ['low', 'medium']])
  const fast = changeModel(video, { changes: { providerModel: 'dreamina-seedance-2-0-fast-260128' }, enabled: true })
  assert(fast.model.kind === 'video')
  assert.deepEqual([fast.mistakes, fast.model.limits.resolution.values], [[], ['480p', '720p']])
})
