import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { AdminModel } from '../../api/model.ts'
import { boundsOf, changeOf, draftOf, mistakesIn } from './draft.ts'
import { checkText, findingText, priceText } from './model-admin-text.ts'
import { priceChangeOf, priceDraftOf, priceMistakes } from './price-draft.ts'

const facts = {
  name: 'Seedance', providerModel: 'dated-1', shutdownAt: null, replacement: null,
  limits: {
    promptCharacters: { max: 4_000 }, resolution: { default: '720p', values: ['480p', '720p'] }, aspectRatio: { default: '16:9', values: ['16:9', '1:1'] },
    durationSeconds: { default: 5, min: 4, max: 15, values: null, byResolution: {} }, audio: { default: true, optional: true }, referenceImages: { max: 0 }, options: [], cancellation: 'started',
  },
} satisfies AdminModel['seed']
const model = {
  id: 'seedance', kind: 'video', provider: 'bytedance', status: 'available', enabled: true, moveQueued: false, version: 3, seed: facts, effective: facts, changes: {}, fallbacks: [],
  note: '', mistakes: [], providerModels: [], switchable: ['generateAudio'], waiting: 0, running: 0, updatedBy: null, updatedAt: null, findings: [],
  prices: [{ version: 1, unit: 'second', credits: 5, rates: { '480p': 2, '720p': 5 }, startsAt: '2026-01-01T00:00:00Z', state: 'current', withdrawnBy: null }],
} satisfies AdminModel

test('a draft that was not touched is no change', () => {
  assert.equal(changeOf(model, draftOf(model)), null)
  assert.deepEqual(mistakesIn(model, draftOf(model)), {})
})

test('only what is different is said, with the version that was seen', () => {
  const draft = { ...draftOf(model), shutdownAt: '2031-01-31T00:00', lists: { resolutions: ['480p'], aspectRatios: ['16:9', '1:1'] }, numbers: { durationSecondsMax: '10' } }
  assert.deepEqual(changeOf(model, draft), {
    id: 'seedance', expectedVersion: 3, shutdownAt: '2031-01-31T00:00:00.000Z', limits: { resolutions: ['480p'], durationSecondsMax: 10 },
  })
})

test('what is as this version knows it goes back to that', () => {
  const changed: AdminModel = { ...model, changes: { name: 'Other', limits: { durationSecondsMax: 10 }, shutdownAt: '2031-01-31T00:00:00Z' }, effective: { ...facts, name: 'Other', shutdownAt: '2031-01-31T00:00:00Z' } }
  const draft = { ...draftOf(changed), name: 'Seedance', shutdownAt: '', numbers: { durationSecondsMax: '15' } }
  assert.deepEqual(changeOf(changed, draft), { id: 'seedance', expectedVersion: 3, reset: ['name', 'shutdownAt', 'limits'] })
})

test('what cannot be saved is said by its field', () => {
  const draft = { ...draftOf(model), name: ' ', shutdownAt: 'soon', lists: { resolutions: [], aspectRatios: ['1:1'] }, numbers: { durationSecondsMax: '16' } }
  assert.deepEqual(Object.keys(mistakesIn(model, draft)), ['name', 'shutdownAt', 'resolutions', 'durationSecondsMax'])
  assert.deepEqual(boundsOf(model).numbers, [{ field: 'durationSecondsMax', label: 'Longest in seconds', min: 4, max: 15 }])
})

test('a price by resolution has a rate for each, begins in the future or at once, and is that of the default', () => {
  const now = Date.parse('2030-01-01T00:00Z')
  const draft = priceDraftOf(model)
  assert.deepEqual(priceMistakes(draft, now), {})
  assert.deepEqual(Object.keys(priceMistakes({ ...draft, rates: { '480p': '0', '720p': '5' }, startsAt: '2029-12-31T00:00' }, now)), ['480p', 'startsAt'])
  assert.deepEqual(priceChangeOf(model, { ...draft, rates: { '480p': '3', '720p': '6' } }).price, { credits: 6, rates: { '480p': 3, '720p': 6 }, startsAt: null })
})

test('prices, findings and checks in words', () => {
  assert.equal(priceText(model.prices[0]!), '5 credits a second')
  const finding = { id: '', model: '', providerModel: '', source: 'list', link: null, simulated: false, applied: true, foundAt: '', kind: 'shutdown', told: '2031-01-31T00:00:00Z' } as const
  assert.equal(findingText(finding), 'The provider\'s list says that it ends on 2031-01-31. That was taken over')
  assert.equal(findingText({ ...finding, kind: 'unknown_model', told: '', simulated: true }), 'The simulator\'s list does not name it')
  assert.equal(checkText({ id: '', askedBy: '', askedAt: '', finishedAt: 'x', providers: [{ provider: 'openai', kind: 'image', outcome: 'asked', models: 2, findings: 0 }] }), 'openai (images) answered')
  assert.equal(checkText({ id: '', askedBy: '', askedAt: '', finishedAt: 'x', providers: [{ provider: 'openai', kind: 'image', outcome: 'failed', models: 0, findings: 0 }] }), 'No provider that is set up has a list of models; openai (images) did not answer')
})
