import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ImageModel } from '../../api/model.ts'
import { acceptsText, extraOptions, extras, modelLabel } from './model-text.ts'

const limits = { size: { pixels: { min: 1, max: 16_777_216 } }, outputFormats: ['jpeg'], backgrounds: [] as string[], qualities: [] as string[] }
const model = { name: 'Seedream 4.5', price: { unit: 'image', credits: 2, version: 1 }, medianMs: 8_900, shutdownAt: null, limits } as unknown as ImageModel

test('a model is listed with its price, and with its time once there is one', () => {
  assert.equal(modelLabel(model), 'Seedream 4.5 · 2 credits each · about 8.9 s')
  assert.equal(modelLabel({ ...model, medianMs: null }), 'Seedream 4.5 · 2 credits each')
  assert.equal(modelLabel({ ...model, medianMs: null, health: 'down' }), 'Seedream 4.5 · 2 credits each · not available now')
  assert.equal(modelLabel({ ...model, medianMs: null, health: 'degraded' }), 'Seedream 4.5 · 2 credits each · failing at times')
})

test('what it takes is said in a line, and when it ends', () => {
  assert.equal(acceptsText(model), 'up to 16.8 megapixels · JPEG')
  const ending = { ...model, shutdownAt: '2026-12-01T00:00:00.000Z', limits: { ...model.limits, backgrounds: ['transparent'], outputFormats: ['png', 'webp'] } }
  assert.equal(acceptsText(ending), 'up to 16.8 megapixels · PNG, WebP · transparent background · ends on 2026-12-01')
})

test('a value that the model does not take cannot be chosen and says why; leaving it to the model always can', () => {
  assert.deepEqual(extraOptions(extras[0], model), [
    { value: '', label: 'Any', disabled: false },
    { value: 'jpeg', label: 'JPEG', disabled: false },
    { value: 'png', label: 'PNG (not by Seedream 4.5)', disabled: true },
    { value: 'webp', label: 'WebP (not by Seedream 4.5)', disabled: true },
  ])
})
