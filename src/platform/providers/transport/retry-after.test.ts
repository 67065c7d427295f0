import assert from 'node:assert/strict'
import { test } from 'node:test'
import { retryAfterSeconds } from './retry-after.ts'

const NOW = Date.parse('2026-01-01T00:00:00Z')

test('seconds and dates are both understood, rounded up', () => {
  assert.equal(retryAfterSeconds(' 30 ', NOW), 30)
  assert.equal(retryAfterSeconds('Thu, 01 Jan 2026 00:01:00 GMT', NOW + 500), 60)
})

test('nonsense is null, the past is now, and nothing waits longer than a day', () => {
  assert.equal(retryAfterSeconds('soon', NOW), null)
  assert.equal(retryAfterSeconds(undefined, NOW), null)
  assert.equal(retryAfterSeconds('Thu, 01 Jan 2015 00:00:00 GMT', NOW), 0)
  assert.equal(retryAfterSeconds('99999999', NOW), 86_400)
})
