import assert from 'node:assert/strict'
import { test } from 'node:test'
import { buildTiming, type TimingFacts } from './timing.ts'

const at = (ms: number) => new Date(1_800_000_000_000 + ms)

const facts: TimingFacts = {
  beganAt: at(0),
  startedAt: at(10),
  until: at(1_000),
  attempts: [
    { id: 'a', outputIndex: 0, callNumber: 1, state: 'succeeded', result: null, isAskedAfter: false, taskId: null, model: null, failureReason: null, startedAt: at(20), finishedAt: at(520) },
    { id: 'b', outputIndex: 1, callNumber: 2, state: 'succeeded', result: null, isAskedAfter: false, taskId: null, model: null, failureReason: null, startedAt: at(20), finishedAt: at(820) },
  ],
  outputs: [
    { state: 'stored', id: 'o', generationId: 'g', index: 0, contentType: 'image/jpeg', bytes: 7n, width: 1, height: 1, durationSeconds: null, hasPoster: false, billedUnits: null, attemptId: null, model: null, transferMs: 100, createdAt: at(620) },
    { state: 'stored', id: 'p', generationId: 'g', index: 1, contentType: 'image/jpeg', bytes: 8n, width: 1, height: 1, durationSeconds: null, hasPoster: false, billedUnits: null, attemptId: null, model: null, transferMs: 100, createdAt: at(920) },
  ],
  databaseSpans: [{ name: 'database', startMs: 10, durationMs: 10 }],
}

test('calls side by side count once, so no figure exceeds the total', () => {
  const timing = buildTiming(facts)
  assert.deepEqual(
    { ...timing, spans: undefined },
    { queueMs: 10, providerMs: 800, transferMs: 200, databaseMs: 10, overheadMs: 80, totalMs: 1_000, spans: undefined },
  )
})

test('what no span explains is shown as overhead, and every moment is explained', () => {
  const { spans } = buildTiming(facts)
  assert.deepEqual(spans.filter(({ name }) => name === 'overhead'), [{ name: 'overhead', startMs: 920, durationMs: 80 }])
  const moments = Array.from({ length: 1_000 }, (_, ms) => ms)
  assert(moments.every((ms) => spans.some(({ startMs, durationMs }) => ms >= startMs && ms < startMs + durationMs)))
})

test('a call under way reaches to now, and a generation that waits is all queue', () => {
  const [first] = facts.attempts
  const running = buildTiming({ ...facts, attempts: [{ ...first!, finishedAt: null }], outputs: [], databaseSpans: [] })
  assert.equal(running.providerMs, 980)
  const waiting = buildTiming({ ...facts, startedAt: null, attempts: [], outputs: [], databaseSpans: [] })
  assert.deepEqual([waiting.queueMs, waiting.overheadMs], [1_000, 0])
})
