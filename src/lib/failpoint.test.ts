import assert from 'node:assert/strict'
import { afterEach, test } from 'node:test'
import { armFailpoints, failpoint } from './failpoint.ts'

afterEach(() => armFailpoints(''))

test('a failpoint fires at its pass and at no other', () => {
  armFailpoints('worker.after_put=throw@2')
  failpoint('worker.after_put')
  assert.throws(() => failpoint('worker.after_put'), /failpoint worker.after_put/)
  failpoint('worker.after_put')
  failpoint('worker.after_lease')
})

test('a stalled process runs nothing else meanwhile and goes on afterwards', () => {
  armFailpoints('worker.after_put=stall:20@1')
  const started = performance.now()
  failpoint('worker.after_put')
  assert(performance.now() - started >= 19)
})

test('a failpoint that cannot be read is an error: a misspelt fault must not count as survived', () => {
  for (const specification of ['worker', 'worker.after_put', 'worker.after_put=explode', 'a.b=throw@x', 'a.b=stall', 'a.b=stall:soon']) {
    assert.throws(() => armFailpoints(specification), /no failpoint/)
  }
})
