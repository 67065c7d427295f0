import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Places } from './places.ts'

test('no owner gets more than its places, and one that waits holds up no other', async () => {
  const places = new Places({ all: 3, each: 2 })
  const begun: string[] = []
  const ends = new Map<string, () => void>()
  const work = (owner: string, name: string) =>
    places.hold(owner, () => {
      begun.push(name)
      return new Promise<void>((resolve) => ends.set(name, resolve))
    })
  const all = [work('a', 'a1'), work('a', 'a2'), work('a', 'a3'), work('b', 'b1'), work('b', 'b2')]
  assert.deepEqual(begun, ['a1', 'a2', 'b1'])
  ends.get('b1')!()
  await all[3]
  // The third place is free, and a has its two: so b goes on.
  assert.deepEqual(begun, ['a1', 'a2', 'b1', 'b2'])
  ends.get('a2')!()
  await all[1]
  assert.deepEqual(begun, ['a1', 'a2', 'b1', 'b2', 'a3'])
  for (const name of ['a1', 'b2', 'a3']) ends.get(name)!()
  await Promise.all(all)
})

test('work that fails gives its place back, and fails its caller alone', async () => {
  const places = new Places({ all: 1, each: 1 })
  const first = places.hold('a', () => Promise.reject(new Error('broken')))
  const second = places.hold('a', async () => 'done')
  await assert.rejects(first, /broken/)
  assert.equal(await second, 'done')
})
