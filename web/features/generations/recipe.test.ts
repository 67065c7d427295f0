import assert from 'node:assert/strict'
import { test } from 'node:test'
import { orderAgain } from './recipe.ts'

const generation = { id: 'g', kind: 'image' as const, model: 'seedream4', input: { prompt: 'a fox', n: 4, size: '2048x1152', seed: null, quoteId: 'q', webhookUrl: 'https://x.example', deadlineSeconds: 60 } }

test('a repeated order says what it repeats, keeps the recipe and drops what belonged to the first order', () => {
  assert.deepEqual(orderAgain(generation, 8), { kind: 'image', model: 'seedream4', input: { prompt: 'a fox', n: 4, size: '2048x1152' }, seen: 8, repeats: 'g' })
})

test('one picture can be asked for again alone', () => {
  const alone = orderAgain(generation, 2, 1)
  assert.deepEqual([alone.input.n, alone.seen, alone.repeats], [1, 2, undefined])
})
