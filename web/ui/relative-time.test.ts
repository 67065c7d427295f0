import assert from 'node:assert/strict'
import { test } from 'node:test'
import { dayText, relativeTime } from './relative-time.ts'

const now = Date.parse('2026-11-24T12:00:00Z')
const away = (seconds: number): string => relativeTime(new Date(now + seconds * 1000).toISOString(), now)

test('times are told in the largest unit that fits, both ways', () => {
  assert.equal(away(-3), 'just now')
  assert.equal(away(20), 'in a moment')
  assert.equal(away(-60), '1 minute ago')
  assert.equal(away(-3 * 3600), '3 hours ago')
  assert.equal(away(-86_400), 'yesterday')
  assert.equal(away(18 * 86_400), 'in 3 weeks')
  assert.equal(away(-400 * 86_400), 'last year')
})

test('a clock a few seconds apart never shows the future for what has just happened', () => {
  assert.equal(away(4), 'just now')
})

test('the year is said only when it is another one', () => {
  assert.equal(dayText('2026-12-12T12:00:00Z', now), '12 Dec')
  assert.equal(dayText('2027-01-12T12:00:00Z', now), '12 Jan 2027')
})
