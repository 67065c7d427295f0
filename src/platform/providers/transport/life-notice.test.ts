import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readLifeNotice } from './life-notice.ts'

test('an answer without the headers says nothing', () => {
  assert.equal(readLifeNotice({}), null)
  assert.equal(readLifeNotice({ deprecation: 'false' }), null)
  assert.equal(readLifeNotice({ deprecation: ' ' }), null)
})

test('both dates and the explaining link are read', () => {
  const notice = readLifeNotice({
    deprecation: '@1795340000',
    sunset: 'Tue, 01 Dec 2026 00:00:00 GMT',
    link: '<https://vendor.example/models>; rel="next", <https://vendor.example/deprecations>; rel="deprecation"; type="text/html"',
  })
  assert.deepEqual(notice, { deprecatedAt: '2026-11-22T09:33:20.000Z', sunsetAt: '2026-12-01T00:00:00.000Z', link: 'https://vendor.example/deprecations' })
})

test('a deprecation without a date is still one, and nonsense is no date', () => {
  assert.deepEqual(readLifeNotice({ deprecation: 'true' }), { deprecatedAt: null, sunsetAt: null, link: null })
  assert.deepEqual(readLifeNotice({ sunset: 'soon', link: '<javascript:alert(1)>; rel="sunset"' }), { deprecatedAt: null, sunsetAt: null, link: null })
})
