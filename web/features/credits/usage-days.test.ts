import assert from 'node:assert/strict'
import { test } from 'node:test'
import { axisTop, calendarDay, daysUntil, fillDays, namedDays, ranges } from './usage-days.ts'

const now = Date.parse('2026-11-24T23:59:00Z')

test('a range ends with today, and counts it', () => {
  const days = daysUntil(now, 7)
  assert.deepEqual([days.length, days[0], days.at(-1)], [7, '2026-11-18', '2026-11-24'])
})

test('days without use are there with zeros, and no credit is lost', () => {
  const filled = fillDays(daysUntil(now, 7), [{ key: '2026-11-20', generations: 1, outputs: 3, credits: 3 }])
  assert.deepEqual(filled.map((day) => day.credits), [0, 0, 3, 0, 0, 0, 0])
})

test('the axis ends at a round number that nothing rises above', () => {
  for (const largest of [0, 1, 2, 3, 7, 10, 11, 24, 61, 99, 101, 4_321]) {
    const top = axisTop(largest)
    assert.ok(top >= largest && top % 2 === 0 && (largest <= 2 || top <= largest * 2), `${largest} → ${top}`)
  }
})

test('today always carries its name, and never more than five days do', () => {
  for (const range of ranges) {
    const days = daysUntil(now, range)
    const named = namedDays(days)
    assert.ok(named.has('2026-11-24') && named.size <= 5, `${range}: ${named.size}`)
  }
})

test('a day keeps its name wherever it is read', () => {
  assert.equal(calendarDay('2026-11-24'), '24 Nov')
})
