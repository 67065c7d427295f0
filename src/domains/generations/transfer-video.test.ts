import assert from 'node:assert/strict'
import { test } from 'node:test'
import { billedSeconds } from './transfer-video.ts'

const made = (usageSeconds: number | null, durationSeconds: number | null) => ({ usage: { seconds: usageSeconds, tokens: null }, durationSeconds })

test('what is charged is what was delivered: by the provider\'s usage, else its word, else the file; never more than is held, never nothing', () => {
  assert.equal(billedSeconds(5, made(4, 5), 5.04), 4)
  assert.equal(billedSeconds(5, made(null, 4), 5.04), 4)
  assert.equal(billedSeconds(5, made(null, null), 3.96), 4)
  assert.equal(billedSeconds(5, made(3.2, 5), 5.04), 4, 'a second that was begun counts')
  assert.equal(billedSeconds(5, made(null, null), 3.04), 3, 'a frame more is no further second')
  assert.equal(billedSeconds(5, made(9, 5), 5.04), 5)
  assert.equal(billedSeconds(5, made(null, null), 0.2), 1)
})
