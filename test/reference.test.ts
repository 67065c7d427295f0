import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { chargesPage } from '../scripts/reference/charges-page.ts'
import { configurationPage } from '../scripts/reference/configuration-page.ts'
import { openapiText } from '../scripts/reference/openapi-text.ts'

const read = (path: string) => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8')

test('the page of the settings says what the code says (npm run reference)', () => {
  assert.equal(read('docs/reference/configuration.md'), configurationPage())
})

test('the page of what is charged says what the code says (npm run reference)', () => {
  assert.equal(read('docs/reference/charges.md'), chargesPage())
})

test('openapi.json says what the routes say (npm run reference)', async () => {
  assert.equal(read('openapi.json'), await openapiText())
})
