import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startRepeating } from './repeat.ts'

test('rounds follow each other, one at a time, and one that fails stops nothing', async () => {
  const enough = Promise.withResolvers<void>()
  const errors: unknown[] = []
  let [rounds, running] = [0, 0]
  const stop = startRepeating({
    everyMs: 0,
    work: async () => {
      rounds += 1
      running += 1
      assert.equal(running, 1)
      await new Promise(setImmediate)
      running -= 1
      if (rounds === 2) throw new Error('the second')
      if (rounds === 4) enough.resolve()
    },
    onError: (error) => errors.push(error),
  })
  await enough.promise
  await stop()
  assert.deepEqual(errors.map(String), ['Error: the second'])
})

test('stopping waits for the round under way, and no other begins', async () => {
  const [begun, mayEnd] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  let rounds = 0
  const stop = startRepeating({
    everyMs: 0,
    work: async () => {
      rounds += 1
      begun.resolve()
      await mayEnd.promise
    },
    onError: assert.ifError,
  })
  await begun.promise
  const stopped = stop()
  mayEnd.resolve()
  await stopped
  assert.equal(rounds, 1)
})

test('stopped before its first round, it has none', async () => {
  const stop = startRepeating({ everyMs: 60_000, firstAfterMs: 60_000, work: () => Promise.reject(new Error('it began')), onError: assert.ifError })
  await stop()
})
