import assert from 'node:assert/strict'
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, mock, test } from 'node:test'
import { readDirectives } from './directives.ts'
import { Journal } from './journal.ts'
import { progressOf, Runs, type Run } from './runs.ts'

type Asked = { readonly prompt: string }

const folder = mkdtempSync(join(tmpdir(), 'runs-'))
after(() => rmSync(folder, { recursive: true }))

let made: string[] = []
let begun: string[] = []
const open = (journal: Journal<Run<Asked>> | null): Runs<Asked> => new Runs({ journal, onBegin: ({ id }) => begun.push(id), onSuccess: ({ id }) => made.push(id) })
const fresh = (journal: Journal<Run<Asked>> | null = null): Runs<Asked> => {
  made = []
  begun = []
  mock.timers.reset()
  mock.timers.enable({ apis: ['setTimeout', 'Date'], now: Date.parse('2026-11-20') })
  return open(journal)
}
const start = (runs: Runs<Asked>, id: string, prompt = 'a fox', takesMs = 1000): Run<Asked> =>
  runs.start({ id, asked: { prompt }, takesMs, caller: { request: id, callNumber: 1, seed: 1, directives: readDirectives(prompt, 1), faults: '' } })

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
  assert.deepEqual([run.end, progressOf(run, Date.now()), begun, made], ['succeeded', 1, ['a'], ['a']])
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
  assert.deepEqual(begun, ['task-lost'], 'nothing is drawn for those that never have a result')
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

test('runs that are written down go on by their own clock in the next process, and what has ended is not made or billed again', () => {
  const path = join(folder, 'deep', 'runs.jsonl')
  const before = fresh(new Journal(path))
  const ended = start(before, 'ended', 'a fox', 100)
  mock.timers.tick(100)
  start(before, 'short', 'a fox', 400)
  start(before, 'longest', 'a fox', 2000)
  start(before, 'long', 'a fox [[fault:refuse-output]]', 1000)
  start(before, 'deleted early')
  start(before, 'deleted', 'a fox', 0)
  before.remove('deleted early')
  before.remove('deleted')
  mock.timers.tick(100)
  before.close()
  mock.timers.tick(300)
  made = []
  begun = []
  const later = open(new Journal(path))
  assert.deepEqual([made, begun, later.counts], [['short'], ['longest'], { submitted: 0, running: 2, runningMost: 2 }], 'what should have ended meanwhile has')
  assert.deepEqual(later.find('ended'), { ...ended, caller: later.find('ended')?.caller })
  assert.deepEqual([later.find('deleted'), later.find('deleted early')], [undefined, undefined])
  assert.equal(progressOf(later.ask('long')!, Date.now()), 0.4)
  mock.timers.tick(599)
  assert.equal(later.find('long')?.end, null)
  mock.timers.tick(1)
  assert.deepEqual([later.find('long')?.end, made], ['refused', ['short']])
})

test('what was deleted while it was made stays deleted after its time', () => {
  const path = join(folder, 'deleted.jsonl')
  const runs = fresh(new Journal(path))
  start(runs, 'a')
  runs.remove('a')
  mock.timers.tick(1000)
  assert.equal(open(new Journal(path)).find('a'), undefined)
})

test('what a crash leaves behind, and lines that are no runs, cost no other run and never the start', () => {
  const path = join(folder, 'torn.jsonl')
  const runs = fresh(new Journal(path))
  start(runs, 'a')
  start(runs, 'b', 'a fox', 0)
  const whole = readFileSync(path, 'utf8')
  for (const torn of ['null', '7', '[]', '{}', '{"id":"c"}', '{"id":"c","createdAtMs":1e15,"asked":null}', '{"id":"c","createdAtMs":1e15,"asked":{"prompt":"x"}}', '\0\0\0', whole.slice(0, 40)]) {
    appendFileSync(path, `\n${torn}`)
    writeFileSync(`${path}.new`, whole.slice(0, 40))
    const later = open(new Journal(path))
    assert.deepEqual(later.list().map(({ id, end }) => [id, end]), [['b', 'succeeded'], ['a', null]], torn)
    later.close()
  }
  assert.equal(readFileSync(path, 'utf8').split('\n').length, 3, 'a line for each, and the file is short again')
})

test('what a vendor would have forgotten is forgotten', () => {
  const path = join(folder, 'old.jsonl')
  const runs = fresh(new Journal(path))
  start(runs, 'a', 'a fox', 0)
  runs.close()
  mock.timers.tick(8 * 24 * 60 * 60 * 1000)
  assert.deepEqual([open(new Journal(path)).list(), readFileSync(path, 'utf8')], [[], ''])
})
