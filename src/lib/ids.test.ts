import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isId, newId } from './ids.ts'

test('ids are UUIDv7, all different, and sort in the order they were made', () => {
  const ids = Array.from({ length: 20_000 }, newId)
  assert.equal(new Set(ids).size, ids.length)
  assert.deepEqual(ids.toSorted(), ids)
  assert(ids.every((id) => /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(id)))
})

test('an id carries the moment it was made', () => {
  const before = Date.now()
  const millis = Number.parseInt(newId().replace('-', '').slice(0, 12), 16)
  // A burst may run a little ahead of the clock.
  assert(millis >= before && millis <= Date.now() + 100)
})

test('only text of the shape of an id is one', () => {
  assert(isId(newId()))
  for (const text of ['', 'x', `${newId()}0`, newId().replace('-', ''), "' or 1=1"]) assert(!isId(text))
})
