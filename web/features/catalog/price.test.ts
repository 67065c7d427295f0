import assert from 'node:assert/strict'
import { test } from 'node:test'
import { priceOf, unitPrice } from './price.ts'

const image = { kind: 'image', price: { unit: 'image', credits: 3, rates: {}, version: 1 } } as const
const video = { kind: 'video', price: { unit: 'second', credits: 5, rates: { '480p': 2, '720p': 5 }, version: 1 } } as const

test('images cost by number, videos by the second at their resolution', () => {
  assert.equal(priceOf(image, { prompt: 'a', n: 4 }), 12)
  assert.equal(priceOf(image, { prompt: 'a' }), 3)
  assert.equal(priceOf(video, { prompt: 'a', durationSeconds: 4, resolution: '480p' }), 8)
  assert.equal(priceOf(video, { prompt: 'a', durationSeconds: 4, resolution: '4k' }), 20)
  assert.equal(unitPrice(video, {}), 5)
})
