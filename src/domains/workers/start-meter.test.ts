import assert from 'node:assert/strict'
import { test } from 'node:test'
import { timeToDrain } from './monitor.ts'
import { StartMeter } from './start-meter.ts'

test('a rate is told from three starts on, over the last minute or since the first of them', () => {
  const meter = new StartMeter()
  meter.started('image/a', 0)
  meter.started('image/a', 10_000)
  assert.deepEqual(meter.rates(20_000), {}, 'two say nothing')
  meter.started('image/a', 20_000)
  assert.deepEqual(meter.rates(30_000), { 'image/a': 6 }, 'three in half a minute')
  for (let at = 30_000; at <= 90_000; at += 1_000) meter.started('image/a', at)
  assert.deepEqual(meter.rates(90_000), { 'image/a': 61 }, 'what is older than a minute is forgotten')
  assert.deepEqual(meter.rates(300_000), {}, 'and so is everything in the end')
})

test('a burst after a quiet time is not spread over the quiet time, nor taken for a rate by itself', () => {
  const meter = new StartMeter()
  for (let i = 0; i < 10; i += 1) meter.started('image/a', 1_000_000 + i)
  assert.deepEqual(meter.rates(1_000_010), { 'image/a': 120 }, 'ten in at least five seconds')
  assert.deepEqual(meter.rates(1_030_000), { 'image/a': 20 })
})

test('the time to drain is told only when the line gets shorter', () => {
  assert.equal(timeToDrain(0, { in: 5, out: null }), 0)
  assert.equal(timeToDrain(30, { in: 10, out: 40 }), 60)
  assert.equal(timeToDrain(30, { in: 10, out: 10 }), null)
  assert.equal(timeToDrain(30, { in: 0, out: null }), null)
})
