import assert from 'node:assert/strict'
import { test } from 'node:test'
import { safeNext, signInHref } from './safe-next.ts'

test('a path of this site is kept with its query and fragment', () => {
  assert.equal(safeNext('/history?status=failed&q=a%20b#top'), '/history?status=failed&q=a%20b#top')
  assert.equal(safeNext('/'), '/')
})

test('every way out of this site becomes the studio', () => {
  const outside = ['//evil.example', '/\\evil.example', 'https://evil.example', 'javascript:alert(1)', 'evil', '', '/\t/evil.example', '/\n/evil.example', '/a\\..\\b', null, undefined]
  for (const next of outside) assert.equal(safeNext(next), '/', String(next))
})

test('what is let through resolves to this origin', () => {
  for (const next of ['/credits', '/generations/1?x=//evil', '/@evil.example', '/%2F/evil', '/ok//evil']) {
    assert.equal(new URL(safeNext(next), 'https://cooly.example').origin, 'https://cooly.example')
  }
})

test('sign-in never returns to itself', () => {
  assert.equal(safeNext('/sign-in?next=/sign-in'), '/')
  assert.equal(safeNext('/sign-up'), '/')
  assert.equal(safeNext('/sign-in-help'), '/sign-in-help')
})

test('the address back is encoded, and left out for the studio', () => {
  assert.equal(signInHref('/history?q=a&b'), '/sign-in?next=%2Fhistory%3Fq%3Da%26b')
  assert.equal(signInHref('/'), '/sign-in')
})
