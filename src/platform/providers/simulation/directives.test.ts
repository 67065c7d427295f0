import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readDirectives } from './directives.ts'

test('directives are taken out of the prompt before it is drawn', () => {
  const read = readDirectives('a fox [[delay:8000]] in snow [[fault:500]]', 1)
  assert.equal(read.prompt, 'a fox in snow')
  assert.equal(read.delayMs, 8000)
  assert.equal(read.has('500'), true)
})

test('a numbered fault strikes that call and no other', () => {
  const strikes = [1, 2, 3].map((call) => readDirectives('x [[fault:reset@2]]', call).has('reset'))
  assert.deepEqual(strikes, [false, true, false])
})

test('brackets that ask for nothing known stay in the prompt', () => {
  assert.equal(readDirectives('a sign saying [[fault:tired]] [[delay:soon]]', 1).prompt, 'a sign saying [[fault:tired]] [[delay:soon]]')
})
