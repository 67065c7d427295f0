import assert from 'node:assert/strict'
import { mock, test } from 'node:test'
import { readDirectives } from './directives.ts'
import { progressOf, Runs, type Run } from './runs.ts'

let made: string[] = []
const fresh = (): Runs<null> => {
  made = []
  mock.timers.reset()
  mock.timers.enable({ apis: ['setTimeout', 'Date'] })
  return new Runs(({ id }) => made.push(id))
}
const start = (runs: Runs<null>, id: string, prompt = 'a fox', takesMs = 1000): Run<null> =>
  runs.start({ id, asked: null, takesMs, caller: { request: id, callNumber: 1, seed: 1, directives: readDirectives(prompt, 1) } })

test('a run waits, goes on and ends by the clock, and is billed once whether or not anybody asks', () => {
  const runs = fresh()
  const run = start(runs, 'a')
  const progress: unknown[] = []
  for (const ms of [50, 450, 499]) {
    mock.timers.tick(ms)
    progress.push(progressOf(run, Date.now()))
  }
  assert.deepEqual(progress, [null, 0.5, 0.99])
  assert.deepEqual(made, [])
  mock.timers.tick(1)
  assert.deepEqual([run.end, progressOf(run, Date.now()), made], ['succeeded', 1, ['a']])
})

test('what is cancelled in time never ends otherwise, and is never billed', () => {
  const runs = fresh()
  const run = start(runs, 'a')
  assert.deepEqual([runs.cancel(run), runs.cancel(run)], [true, false])
  mock.timers.tick(5000)
  assert.deepEqual([run.end, made], ['cancelled', []])
})

test('a refused, a failed and an endless run are not billed; a lost one is made and cannot be found', () => {
  const runs = fresh()
  const ends = ['refuse-output', 'task-failed', 'endless', 'task-lost'].map((fault) => start(runs, fault, `x [[fault:${fault}]]`))
  mock.timers.tick(1_000_000)
  assert.deepEqual(ends.map(({ end }) => end), ['refused', 'failed', null, 'succeeded'])
  assert.deepEqual([made, runs.find('task-lost'), runs.ask('task-lost')], [['task-lost'], undefined, undefined])
})

test('those under way are counted, now and at most', () => {
  const runs = fresh()
  start(runs, 'a')
  start(runs, 'b')
  mock.timers.tick(1000)
  start(runs, 'c')
  assert.deepEqual(runs.counts, { submitted: 3, running: 1, runningMost: 2 })
})
