import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bytesText, durationText, shareText } from './duration-text.ts'

test('a duration is as exact as its length deserves', () => {
  const cases: Array<[number, string]> = [[-5, '0 ms'], [0.84, '0.8 ms'], [840, '840 ms'], [7_000, '7 s'], [8_210, '8.2 s'], [9_960, '10 s'], [41_400, '41 s'],
    [59_700, '1 min'], [60_000, '1 min'], [125_000, '2 min 5 s'], [3_600_000, '1 h'], [3_900_000, '1 h 5 min']]
  for (const [ms, text] of cases) assert.equal(durationText(ms), text)
})

test('bytes are told in decimal units', () => {
  assert.deepEqual([512, 38_400, 2_140_000].map(bytesText), ['512 B', '38 kB', '2.1 MB'])
})

test('a part that exists never reads as nothing, and nothing exceeds the whole', () => {
  assert.equal(shareText(1, 10_000), '< 1 %')
  assert.equal(shareText(0, 10), '0 %')
  assert.equal(shareText(12, 10), '100 %')
  assert.equal(shareText(5, 0), '0 %')
})
