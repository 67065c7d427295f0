import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decodeCursor, encodeCursor, idShape } from './cursor.ts'
import { InvalidCursor } from './errors.ts'
import { newId } from './ids.ts'

test('a cursor comes back as it went out', () => {
  const position = { id: newId(), at: '17' }
  assert.deepEqual(decodeCursor(encodeCursor(position), { id: idShape, at: /^\d+$/ }), position)
})

test('a cursor that was never handed out is refused, whatever is in it', () => {
  const shapes = { id: idShape }
  const forged = [{ id: 'x' }, { id: newId(), more: '1' }, {}, { id: 7 }, [], null, 'text'].map((value) => Buffer.from(JSON.stringify(value)).toString('base64url'))
  for (const cursor of ['', '%%%', 'not base64', ...forged]) assert.throws(() => decodeCursor(cursor, shapes), InvalidCursor, cursor)
})
