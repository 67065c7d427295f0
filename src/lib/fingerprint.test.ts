import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { fingerprint } from './fingerprint.ts'

test('the order of keys does not count, at any depth', () => {
  assert.equal(fingerprint('x', { a: 1, b: { c: [1, 2], d: null } }), fingerprint('x', { b: { d: null, c: [1, 2] }, a: 1 }))
})

test('name, values, the order of a list and the place of a member count', () => {
  const different = [
    fingerprint('x', { a: 1 }), fingerprint('y', { a: 1 }), fingerprint('x', { a: '1' }), fingerprint('x', { b: 1 }), fingerprint('x', { a: { a: 1 } }),
    fingerprint('x', [1, 2]), fingerprint('x', [2, 1]), fingerprint('x', [[1], 2]), fingerprint('x', null), fingerprint('x', {}), fingerprint('x', []),
  ]
  assert.equal(new Set(different).size, different.length)
})

test('a member that is undefined is one that is absent', () => {
  assert.equal(fingerprint('x', { a: 1, b: undefined }), fingerprint('x', { a: 1 }))
})

test('values have the same fingerprint exactly when their JSON says the same', () => {
  fc.assert(fc.property(fc.jsonValue(), fc.jsonValue(), (one, other) => {
    const copy = JSON.parse(JSON.stringify(one)) as unknown
    assert.equal(fingerprint('x', one), fingerprint('x', copy))
    if (JSON.stringify(one) === JSON.stringify(other)) return
    if (fingerprint('x', one) === fingerprint('x', other)) assert.deepEqual(copy, JSON.parse(JSON.stringify(other)))
  }))
})
