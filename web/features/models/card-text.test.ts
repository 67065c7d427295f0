import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Model } from '../../api/model.ts'
import { endText, healthOf, optionsOf, priceText } from './card-text.ts'

const model = (part: object) => part as Model

test('how a model fares is a word; that it has ended, or was never set up, says more', () => {
  const texts = (['ok', 'degraded', 'down', 'unknown'] as const).map((health) => healthOf({ status: 'available', health }).text)
  assert.deepEqual(texts, ['Works', 'Failing at times', 'Not available now', 'Not asked lately'])
  assert.equal(healthOf({ status: 'retired', health: 'ok' }).text, 'Ended')
  assert.equal(healthOf({ status: 'unconfigured', health: 'ok' }).text, 'Not set up here')
})

test('a price names its unit, and every rate that differs from it', () => {
  assert.equal(priceText(model({ price: { unit: 'image', credits: 1, rates: {} } })), '1 credit each')
  assert.equal(priceText(model({ price: { unit: 'second', credits: 5, rates: { '480p': 2, '720p': 5 } } })), '5 credits a second (480p: 2)')
  assert.equal(priceText(model({ price: { unit: 'second', credits: 5, rates: { '4k': 45, '480p': 2, '720p': 5, '1080p': 11 } } })), '5 credits a second (480p: 2, 1080p: 11, 4k: 45)')
})

test('what a model lacks stands beside what it has', () => {
  const image = optionsOf(model({ kind: 'image', limits: { options: ['referenceImages', 'quality'] } }))
  assert.deepEqual(image, { has: ['reference pictures', 'choice of quality'], lacks: ['choice of format', 'transparent background'] })
  const video = optionsOf(model({ kind: 'video', limits: { options: ['seed'], audio: null } }))
  assert.deepEqual([video.has, video.lacks.includes('sound'), video.lacks.includes('first frame')], [['seed'], true, true])
})

test('an end is told with what follows, and only where there is one', () => {
  const all = [{ id: 'veo', name: 'Veo 3.1' }]
  assert.equal(endText({ status: 'available', shutdownAt: null, replacement: 'veo' }, all), null)
  assert.equal(endText({ status: 'retired', shutdownAt: '2026-09-24T00:00:00.000Z', replacement: 'veo' }, all), 'Ended on 2026-09-24; Veo 3.1 follows')
  assert.equal(endText({ status: 'deprecated', shutdownAt: '2027-01-01T00:00:00.000Z', replacement: 'x' }, all), 'Ends on 2027-01-01')
})
