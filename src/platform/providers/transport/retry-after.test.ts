import assert from 'node:assert/strict'
import { test } from 'node:test'
import { retryAfterSeconds, toldToWaitSeconds } from './retry-after.ts'

const NOW = Date.parse('2026-01-01T00:00:00Z')

test('seconds and dates are both understood, rounded up', () => {
  assert.equal(retryAfterSeconds(' 30 ', NOW), 30)
  assert.equal(retryAfterSeconds('1.5', NOW), 2)
  for (const date of ['Thursday, 01-Jan-26 00:01:00 GMT', 'Thu Jan  1 00:01:00 2026 GMT', '2026-01-01T00:01:00Z']) assert.equal(retryAfterSeconds(date, NOW), 60, date)
  assert.equal(retryAfterSeconds('Thu, 01 Jan 2026 00:01:00 GMT', NOW + 500), 60)
})

test('nonsense is null, the past is now, and nothing waits longer than a day', () => {
  for (const nonsense of ['soon', 'soon 7', '-5', '10;', '5 minutes', '1e3', '']) assert.equal(retryAfterSeconds(nonsense, NOW), null, nonsense)
  assert.equal(retryAfterSeconds(undefined, NOW), null)
  assert.equal(retryAfterSeconds('Thu, 01 Jan 2015 00:00:00 GMT', NOW), 0)
  assert.equal(retryAfterSeconds('99999999', NOW), 86_400)
})

test('a date is read by the clock of whoever wrote it, however wrong ours is', () => {
  const headers = { date: 'Thu, 01 Jan 2015 00:00:00 GMT', 'retry-after': 'Thu, 01 Jan 2015 00:00:30 GMT' }
  assert.equal(toldToWaitSeconds(headers), 30)
  assert([29, 30].includes(toldToWaitSeconds({ 'retry-after': new Date(Date.now() + 30_000).toUTCString() }) ?? 0))
  assert.equal(toldToWaitSeconds({ date: 'nonsense' }), null)
})
