import assert from 'node:assert/strict'
import { test } from 'node:test'
import { quoteLifeMs, sameSettings } from './quote-life.ts'

const readAt = Date.parse('2026-11-24T12:00:00Z')

test('a quote is renewed a minute before it ends', () => {
  assert.equal(quoteLifeMs('2026-11-24T12:15:00Z', readAt), 14 * 60_000)
})

test('a clock that is wrong does not make the app ask without end', () => {
  assert.equal(quoteLifeMs('2026-11-24T11:15:00Z', readAt), 60_000)
})

test('other words keep the price that is shown, other settings do not', () => {
  const fox = { kind: 'image' as const, model: 'a', input: { prompt: 'A fox', n: 4, size: '1024x1024' } }
  assert.equal(sameSettings(fox, { kind: 'image', model: 'a', input: { size: '1024x1024', n: 4, prompt: 'A hen' } }), true)
  assert.equal(sameSettings(fox, { ...fox, input: { ...fox.input, n: 2 } }), false)
  assert.equal(sameSettings(fox, { ...fox, model: 'b' }), false)
  assert.equal(sameSettings(fox, null), false)
})
