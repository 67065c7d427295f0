import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'

// A pattern the linter cannot use matches nothing and gives no error, so each rule is held to a bad example.

const root = fileURLToPath(new URL('..', import.meta.url))
const later = 'async function later(): Promise<void> {}\n'

const refused: Record<string, [path: string, text: string, rule: string]> = {
  'a promise nobody waits for': ['src/domains/a/x1.ts', `${later}export function f(): void { later() }`, 'no-floating-promises'],
  'a promise nobody waits for in a test': ['test/x2.test.ts', `import { test } from 'node:test'\n${later}test('a', () => { later() })`, 'no-floating-promises'],
  'an async function where none is expected': ['src/domains/a/x3.ts', `${later}[1].forEach(async () => { await later() })`, 'no-misused-promises'],
  'an any': ['src/domains/a/x4.ts', 'export const x: any = 1', 'no-explicit-any'],
  'console in the source': ['src/platform/a/x5.ts', 'console.log(1)', 'no-console'],
  'a loose comparison': ['src/lib/x6.ts', 'export const f = (a: number) => a == 1', 'eqeqeq'],
  'a module that loads itself': ['src/domains/a/x7.ts', "import { b } from './x8.ts'\nexport const a: number = b", 'no-cycle'],
  'the other half of it': ['src/domains/a/x8.ts', "import { a } from './x7.ts'\nexport const b: number = a", 'no-cycle'],
  'lib using the platform': ['src/lib/x9.ts', "import '#platform/a'", 'no-restricted-imports'],
  'lib climbing': ['src/lib/x10.ts', "import '../platform/a/index.ts'", 'no-restricted-imports'],
  'the platform using a domain': ['src/platform/a/x11.ts', "import type { X } from '#domains/a'\nexport type Y = X", 'no-restricted-imports'],
  'an adapter using a domain': ['src/platform/a/acme/x12.ts', "import '#domains/a'", 'no-restricted-imports'],
  'an adapter leaving its room': ['src/platform/a/acme/x13.ts', "import '../../b/index.ts'", 'no-restricted-imports'],
  'a domain reaching into another': ['src/domains/a/x14.ts', "import '../b/sql.ts'", 'no-restricted-imports'],
  'test support in production': ['src/domains/a/x15.ts', "import '#test/database'", 'no-restricted-imports'],
  'a command around the map': ['src/cli/x16.ts', "import '../lib/ids.ts'", 'no-restricted-imports'],
  'the web using the source': ['web/app/x17.ts', "import '../../src/lib/ids.ts'", 'no-restricted-imports'],
  'the web using the map': ['web/app/x18.tsx', "import '#lib/ids'", 'no-restricted-imports'],
}

const allowed: Record<string, [path: string, text: string]> = {
  'console in an entry': ['src/cli/y1.ts', 'console.log(1)'],
  'a test that the runner waits for': ['test/y2.test.ts', "import { test } from 'node:test'\ntest('a', () => {})"],
  'the port from an adapter': ['src/platform/a/acme/y3.ts', "import '../index.ts'"],
  'test support in a test': ['src/domains/a/y4.test.ts', "import '#test/database'"],
  'a look for null and undefined at once': ['src/lib/y5.ts', 'export const f = (a?: number | null) => a == null'],
}

describe('the lint rules bite', () => {
  let folder: string
  let found: ReadonlySet<string>

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'cooly-lint-'))
    found = lint(folder)
  })
  after(() => rmSync(folder, { recursive: true, force: true }))

  for (const [title, [path, , rule]] of Object.entries(refused)) {
    test(`refused: ${title}`, () => assert.ok(found.has(`${path} ${rule}`), [...found].join('\n')))
  }
  for (const [title, [path]] of Object.entries(allowed)) {
    test(`allowed: ${title}`, () => assert.deepEqual([...found].filter((finding) => finding.startsWith(path)), []))
  }
})

/** Lints all examples at once, as `path rule` each. */
function lint(folder: string): ReadonlySet<string> {
  for (const file of ['.oxlintrc.json', 'package.json', 'tsconfig.json']) cpSync(join(root, file), join(folder, file))
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
  const faces = ['src/platform/a/index.ts', 'src/platform/b/index.ts', 'src/domains/a/index.ts', 'src/domains/b/sql.ts', 'src/lib/ids.ts', 'test/support/database.ts']
  for (const path of faces) write(folder, path, 'export type X = string\nexport const x = 1')
  for (const [path, text] of [...Object.values(refused), ...Object.values(allowed)]) write(folder, path, text)

  const program = join(root, 'node_modules/oxlint/bin/oxlint')
  const { stdout, stderr } = spawnSync(process.execPath, [program, '--format=unix'], { cwd: folder, encoding: 'utf8' })
  const lines = [...stdout.matchAll(/^([^:\n]+):\d+:\d+: .*\((?:@?[a-z-]+\/)?([a-z-]+)\)\]$/gm)]
  assert.ok(lines.length > 0, `the linter found nothing at all: ${stdout}${stderr}`)
  return new Set(lines.map(([, path, rule]) => `${path} ${rule}`))
}

function write(folder: string, path: string, text: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true })
  writeFileSync(join(folder, path), `${text}\n`)
}
