import assert from 'node:assert/strict'
import { test } from 'node:test'
import { servedText } from './served-text.ts'

const first = { model: 'seedream-5', provider: 'bytedance', outputs: [] as number[], reason: null }
const second = { model: 'seedream-4-5', provider: 'bytedance', outputs: [0], reason: 'provider_unavailable' as const }
const names: Record<string, string> = { 'seedream-5': 'Seedream 5.0', 'seedream-4-5': 'Seedream 4.5' }
const nameOf = (model: string) => names[model] ?? model

test('what another model made says so and why, and what its own made says nothing', () => {
  assert.equal(servedText({ servedBy: [] }, nameOf), null)
  assert.equal(servedText({ servedBy: [first] }, nameOf), null)
  assert.equal(servedText({ servedBy: [first, second] }, nameOf), 'Made by Seedream 4.5, because Seedream 5.0 was not available.')
})

test('who made a part is told with how much, and who has it before anything is made', () => {
  assert.equal(servedText({ servedBy: [{ ...first, outputs: [0, 1, 2] }, { ...second, outputs: [3], reason: 'provider_failed' }] }, nameOf), '1 of 4 made by Seedream 4.5, because Seedream 5.0 could not make it.')
  assert.equal(servedText({ servedBy: [first, { ...second, outputs: [], reason: 'model_retired' }] }, nameOf), 'Given to Seedream 4.5, because Seedream 5.0 is no longer offered.')
})
