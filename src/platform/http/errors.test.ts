import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import * as edge from './errors.ts'
import { statusOf } from './problem.ts'

const PAGE = new URL('../../../docs/reference/errors.md', import.meta.url)

test('the reference page tells every refusal of this folder, with the status it is answered with', async () => {
  const sections = (await readFile(PAGE, 'utf8')).split(/^## /m)
  for (const type of Object.values(edge)) {
    const section = sections.find((text) => text.startsWith(`\`${type.code}\`\n`))
    assert.ok(section !== undefined, `${type.code} has no heading`)
    assert.match(section, new RegExp(`^Status: ${statusOf(type)}$`, 'm'), type.code)
  }
})
