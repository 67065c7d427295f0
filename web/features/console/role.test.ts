import assert from 'node:assert/strict'
import { test } from 'node:test'
import { mayAs } from './role.ts'

test('each role may do what those before it may, and nobody unknown anything', () => {
  assert.deepEqual((['user', 'viewer', 'operator', 'admin'] as const).map((role) => mayAs(role, 'operator')), [false, false, true, true])
  assert.equal(mayAs(undefined, 'user'), false)
})
