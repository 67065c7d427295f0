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

test('a failpoint that cannot be read is an error: a misspelt fault must not count as survived', () => {
  for (const specification of ['worker', 'worker.after_put', 'worker.after_put=explode', 'a.b=throw@x']) {
    assert.throws(() => armFailpoints(specification), /no failpoint/)
  }
})
