import assert from 'node:assert/strict'
import { test } from 'node:test'
import { healthWord } from './provider-health.ts'
import type { CallFigures } from './sql-health.ts'

const figures = (succeeded: number, failed: number): CallFigures => ({ calls: succeeded + failed, succeeded, failed, limited: 0, p50Ms: null, p95Ms: null })
const sound = { paused: false, pausedUntil: null, breaker: 'closed' } as const
const lately = (hour: CallFigures, five = hour) => ({ five, hour })

test('how a model fares in a word: by what stops it first, then by its latest calls', () => {
  assert.equal(healthWord(undefined, undefined), 'unknown')
  assert.equal(healthWord(sound, lately(figures(0, 0))), 'unknown')
  assert.equal(healthWord(sound, lately(figures(9, 1))), 'ok')
  assert.equal(healthWord(sound, lately(figures(8, 1))), 'degraded')
  assert.equal(healthWord(sound, lately(figures(90, 2), figures(1, 2))), 'down')
  assert.equal(healthWord(sound, lately(figures(0, 2))), 'degraded', 'two calls are too few to call it down')
  assert.equal(healthWord({ ...sound, breaker: 'open' }, lately(figures(9, 0))), 'down')
  assert.equal(healthWord({ ...sound, breaker: 'half_open' }, lately(figures(9, 0))), 'degraded')
  assert.equal(healthWord({ ...sound, paused: true }, lately(figures(9, 0))), 'down', 'until somebody resumes it')
  assert.equal(healthWord({ ...sound, paused: true, pausedUntil: new Date() }, lately(figures(9, 0))), 'degraded')
})
