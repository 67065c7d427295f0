import assert from 'node:assert/strict'
import { test } from 'node:test'
import { lotsLeft, lotText, soonText } from './lot-text.ts'

const now = Date.parse('2026-11-24T12:00:00Z')
const lot = (remaining: number, expiresAt: string | null) => ({ id: String(remaining), source: 'welcome', granted: 1_000, remaining, expiresAt })

test('a lot says how much ends, when, and how far away that is in days', () => {
  assert.equal(lotText(lot(300, '2026-12-12T12:00:00Z'), now), '300 expire on 12 December, in 18 days')
  assert.equal(lotText(lot(1, '2026-11-25T13:00:00Z'), now), '1 expires on 25 November, tomorrow')
  assert.equal(lotText(lot(5, '2027-11-24T12:00:00Z'), now), '5 expire on 24 November 2027, next year')
  assert.equal(lotText(lot(1_000, null), now), '1,000 never expire')
})

test('credits that are held in a lot past its day are not said to be coming', () => {
  assert.equal(lotText(lot(4, '2026-11-20T12:00:00Z'), now), '4 held past their last day, 20 November')
})

test('the soonest comes first, and empty lots are left out', () => {
  const lots = [lot(1, null), lot(0, '2026-11-25T12:00:00Z'), lot(2, '2027-01-01T00:00:00Z'), lot(3, '2026-12-01T00:00:00Z')]
  assert.deepEqual(lotsLeft(lots).map(({ remaining }) => remaining), [3, 2, 1])
})

test('what ends within fourteen days is said, and nothing else', () => {
  assert.equal(soonText([lot(9, '2026-12-09T12:00:00Z'), lot(4, '2026-11-20T12:00:00Z'), lot(1, null)], now), null)
  assert.equal(soonText([lot(300, '2026-12-07T12:00:00Z')], now), '300 credits expire on 7 December, in 13 days.')
  assert.equal(soonText([lot(300, '2026-12-07T12:00:00Z'), lot(20, '2026-11-26T12:00:00Z')], now), '320 credits expire within 14 days, the first 20 on 26 November, in 2 days.')
})
