import assert from 'node:assert/strict'
import { test } from 'node:test'
import { dollarsText, wasteText } from './money-text.ts'

test('an amount has as many digits as say something, and its minus is written out', () => {
  assert.deepEqual([0, 12_340_000, 1_234_567_890_000, 35_000, 900, 12, -40_000, 1_500_000].map(dollarsText), ['$0.00', '$12.34', '$1,234,567.89', '$0.035', '$0.0009', '$0.000012', '−$0.04', '$1.50'])
})

test('a reason that has no words is shown as it is', () => {
  assert.equal(wasteText('late'), 'Ready when nobody waited for it any more')
  assert.equal(wasteText('something'), 'something')
})
