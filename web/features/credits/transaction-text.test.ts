import assert from 'node:assert/strict'
import { test } from 'node:test'
import { kindText, sourceText, statementKinds } from './transaction-text.ts'

test('every kind of the statement has words of its own', () => {
  const words = statementKinds.map(kindText)
  assert.equal(new Set(words).size, statementKinds.length)
})

test('an unknown kind or source is still readable', () => {
  assert.equal(kindText('manual_refund'), 'Manual refund')
  assert.equal(sourceText('signup.bonus'), 'Signup bonus')
})
