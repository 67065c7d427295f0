import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Span } from '../../api/model.ts'
import { explainLongest, layOutWaterfall } from './waterfall-layout.ts'

const spans: Span[] = [
  { name: 'transfer', index: 0, startMs: 8_000, durationMs: 500, bytes: 2_100_000 },
  { name: 'queue', startMs: 0, durationMs: 100 },
  { name: 'provider', index: 0, startMs: 100, durationMs: 7_900 },
  { name: 'provider', index: 1, startMs: 100, durationMs: 9_000, attempt: 2 },
]

test('bars are in the order they began and fill the axis exactly', () => {
  const { bars, totalMs } = layOutWaterfall(spans, 10_000)
  assert.equal(totalMs, 10_000)
  assert.deepEqual(bars.map((bar) => bar.label), ['In line', 'Model · picture 2 · try 2', 'Model · picture 1', 'Transfer · picture 1'])
  for (const bar of bars) assert.ok(Math.abs(bar.before + bar.width + bar.after - 1) < 1e-9, bar.label)
})

test('while it runs, a span that reaches the end is open and says so', () => {
  const open: Span[] = [{ name: 'queue', startMs: 0, durationMs: 1_000 }, { name: 'provider', index: 0, startMs: 1_000, durationMs: 3_000 }]
  const running = layOutWaterfall(open, 4_000, true).bars
  assert.deepEqual(running.map((bar) => bar.open), [false, true])
  assert.match(running[1]?.text ?? '', /3 s so far/)
  assert.ok(layOutWaterfall(open, 4_000).bars.every((bar) => !bar.open))
})

test('a span longer than the known total stretches the axis instead of leaving it', () => {
  const { totalMs, bars } = layOutWaterfall(spans, 1_000)
  assert.equal(totalMs, 9_100)
  assert.ok(bars.every((bar) => bar.before + bar.width <= 1 + 1e-9))
})

test('each bar has its words', () => {
  const { bars } = layOutWaterfall(spans, 10_000)
  assert.equal(bars[2]?.text, 'Model · picture 1: 7.9 s, 79 %, from 100 ms')
})

test('the axis has a few round marks', () => {
  assert.deepEqual(layOutWaterfall(spans, 10_000).ticksMs, [0, 2_000, 4_000, 6_000, 8_000, 10_000])
  assert.deepEqual(layOutWaterfall([], 42).ticksMs, [0, 10, 20, 30, 40])
})

test('the longest part is named with its share, and parallel ones are not blamed twice', () => {
  assert.equal(explainLongest(layOutWaterfall(spans, 10_000)), 'The longest part was the model making picture 2: 9 s, 90 % of the whole, with the others beside it.')
  assert.equal(explainLongest(layOutWaterfall([{ name: 'queue', startMs: 0, durationMs: 50 }], 100)), 'The longest part was waiting for a free place: 50 ms, 50 % of the whole.')
  assert.equal(explainLongest(layOutWaterfall([], 100)), null)
})
