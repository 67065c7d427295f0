import assert from 'node:assert/strict'
import { test } from 'node:test'
import { countdownText, dayText, hourText, pacesText, rateText, toneOf } from './health-text.ts'

const hour = (calls: number, failed = 0, limited = 0) => ({ at: '2026-11-24T10:00:00Z', calls, failed, limited })

test('a rate with a failure in it is never told as all', () => {
  assert.equal(rateText({ successRate: 1, succeeded: 3, failed: 0 }), '100 % of 3')
  assert.equal(rateText({ successRate: 999 / 1000, succeeded: 999, failed: 1 }), '99 % of 1000')
  assert.equal(rateText({ successRate: null, succeeded: 0, failed: 0 }), '–')
})

test('how long calls took, and how long a breaker still waits', () => {
  assert.equal(pacesText({ p50Ms: 840, p95Ms: 9_000 }), '840 ms · 9 s')
  assert.equal(pacesText({ p50Ms: null, p95Ms: null }), '–')
  assert.equal(countdownText('2026-11-24T10:00:12.000Z', Date.parse('2026-11-24T10:00:00Z')), 'tries again in 12 s')
  assert.equal(countdownText('2026-11-24T10:00:00.000Z', Date.parse('2026-11-24T10:00:01Z')), null)
})

test('an hour has a colour and words that say the same', () => {
  assert.deepEqual([hour(0), hour(4), hour(4, 1), hour(4, 0, 1), hour(4, 2)].map(toneOf), ['none', 'good', 'warning', 'warning', 'bad'])
  assert.match(hourText(hour(4, 1, 2)), /4 calls, 1 failed, 2 refused for coming too often$/)
  assert.match(hourText(hour(0)), /no calls$/)
  assert.equal(dayText([hour(4, 1), hour(2, 0, 1)]), 'In 24 hours: 6 calls, 1 failed, 1 refused for coming too often')
  assert.equal(dayText([hour(1)]), 'In 24 hours: 1 call, 0 failed, 0 refused for coming too often')
})
