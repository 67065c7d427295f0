import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Span } from '../../api/model.ts'
import { explainLongest, layOutWaterfall, tracksOf } from './waterfall-layout.ts'

const spans: Span[] = [
  { name: 'transfer', index: 0, startMs: 8_000, durationMs: 500, bytes: 2_100_000 },
  { name: 'queue', startMs: 0, durationMs: 100 },
  { name: 'provider', index: 0, attempt: 1, startMs: 100, durationMs: 7_900 },
  { name: 'provider', index: 1, attempt: 2, startMs: 100, durationMs: 9_000 },
  { name: 'database', startMs: 100, durationMs: 10 },
  { name: 'database', startMs: 105, durationMs: 10 },
  { name: 'database', startMs: 9_000, durationMs: 5 },
]

test('rows are in the order they began, and fill the axis exactly', () => {
  const { rows, totalMs } = layOutWaterfall(spans, 10_000)
  assert.equal(totalMs, 10_000)
  assert.deepEqual(rows.map((row) => row.label), ['In line', 'Model · picture 2', 'Model · picture 1', 'Database · 2 times', 'Transfer · picture 1'])
  for (const row of rows) assert.ok(Math.abs(tracksOf(row, totalMs).reduce((sum, track) => sum + track, 0) - 1) < 1e-9, row.label)
})

test('small spans share a row, and time under way together is counted once', () => {
  const database = layOutWaterfall(spans, 10_000).rows.find((row) => row.name === 'database')
  assert.deepEqual(database?.pieces, [{ startMs: 100, durationMs: 15 }, { startMs: 9_000, durationMs: 5 }])
  assert.equal(database?.durationMs, 20)
})

test('a second call for the same picture is a second try', () => {
  const { rows } = layOutWaterfall([...spans, { name: 'provider', index: 0, attempt: 7, startMs: 8_500, durationMs: 400 }], 10_000)
  assert.deepEqual(rows.filter((row) => row.name === 'provider').map((row) => row.label), ['Model · picture 2', 'Model · picture 1', 'Model · picture 1 · try 2'])
})

test('while it runs, a row that reaches the end is open and says so', () => {
  const open: Span[] = [{ name: 'queue', startMs: 0, durationMs: 1_000 }, { name: 'provider', index: 0, startMs: 1_000, durationMs: 3_000 }]
  const running = layOutWaterfall(open, 4_000, true).rows
  assert.deepEqual(running.map((row) => row.open), [false, true])
  assert.match(running[1]?.text ?? '', /3 s so far/)
  assert.ok(layOutWaterfall(open, 4_000).rows.every((row) => !row.open))
})

test('a span longer than the known total stretches the axis instead of leaving it', () => {
  const { totalMs, rows } = layOutWaterfall(spans, 1_000)
  assert.equal(totalMs, 9_100)
  assert.ok(rows.every((row) => row.pieces.every((piece) => piece.startMs + piece.durationMs <= totalMs)))
})

test('each row has its words', () => {
  assert.equal(layOutWaterfall(spans, 10_000).rows[2]?.text, 'Model · picture 1: 7.9 s, 79 %, from 100 ms')
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
