import assert from 'node:assert/strict'
import { test } from 'node:test'
import { megabytes, rateText, stretchText } from './queue-text.ts'

test('a stretch of time is said in the unit that fits', () => {
  assert.deepEqual([null, 0, 119, 120, 7_200].map(stretchText), ['–', '0 s', '119 s', '2 min', '2 h'])
})

test('rates and sizes are rounded to what can be read', () => {
  assert.deepEqual([rateText(null), rateText(1.26), megabytes(50 * 1024 * 1024)], ['–', '1.3 a minute', '50 MB'])
})
