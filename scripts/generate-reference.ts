/** Writes what is generated from the code and committed: openapi.json, and two pages of docs/reference. */
import { writeFileSync } from 'node:fs'
import { chargesPage } from './reference/charges-page.ts'
import { configurationPage } from './reference/configuration-page.ts'
import { openapiText } from './reference/openapi-text.ts'

const root = new URL('../', import.meta.url)
writeFileSync(new URL('docs/reference/configuration.md', root), configurationPage())
writeFileSync(new URL('docs/reference/charges.md', root), chargesPage())
writeFileSync(new URL('openapi.json', root), await openapiText())
console.log('docs/reference/configuration.md, docs/reference/charges.md and openapi.json are written. Now: node scripts/generate-web-types.ts')
