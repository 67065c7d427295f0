import assert from 'node:assert/strict'
import { test } from 'node:test'
import { newKey } from './idempotency-key.ts'

test('keys differ, with and without a secure context', () => {
  const insecure = { getRandomValues: crypto.getRandomValues.bind(crypto) }
  const keys = [newKey(), newKey(), newKey(insecure), newKey(insecure)]
  assert.equal(new Set(keys).size, 4)
  assert.match(newKey(insecure), /^[0-9a-f]{32}$/)
})
