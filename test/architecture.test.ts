import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { definedErrors } from '#lib/errors'
import { findCircle, importGraph } from '../scripts/architecture/circles.ts'
import { brokenMigrations, brokenNames, environmentReaders, missingDependencies } from '../scripts/architecture/file-rules.ts'
import { brokenImports, domainEdges } from '../scripts/architecture/import-rules.ts'
import { findImports, stripComments } from '../scripts/architecture/imports.ts'
import { differences, explainedSettings, headedCodes } from '../scripts/architecture/reference-pages.ts'
import { isTest, listFiles, readFiles, root, type SourceFiles } from '../scripts/architecture/source-files.ts'

const source = readFiles('src/**/*.ts')
const web = readFiles('web/**/*.{ts,tsx,mts,mjs}')

describe('the house as it stands', () => {
  test('every import points down, or sideways along an allowed edge', () => {
    assert.ok(source.size > 0, 'no source was found')
    assert.deepEqual(brokenImports(new Map([...source, ...web])), [])
  })

  test('no module loads itself through others', () => {
    assert.equal(findCircle(importGraph(source))?.join(' → '), undefined)
  })

  test('no two domains are allowed to need each other', () => {
    assert.equal(findCircle(new Map(Object.entries(domainEdges)))?.join(' → '), undefined)
  })

  test('no file or folder of code has a name that means "unsorted"', () => {
    assert.deepEqual(brokenNames(listFiles('{src,test,web,scripts,bench,migrations}/**/*.{ts,tsx,mts,mjs,sql,css}')), [])
  })

  test('only the config reads the environment', () => {
    assert.deepEqual(environmentReaders(new Map([...source, ...web])), [])
  })

  test('production code imports only what a production install has', () => {
    const { dependencies, optionalDependencies } = readJson<Record<string, Record<string, string>>>('package.json')
    assert.deepEqual(missingDependencies(source, Object.keys({ ...dependencies, ...optionalDependencies })), [])
  })

  test('every rule of web/ui lies in a layer and no rule of a feature does, so that a feature\'s wins', () => {
    const parts = readFiles('web/ui/*.module.css')
    assert.ok(parts.size > 0, 'no stylesheet was found')
    for (const [path, text] of parts) assert.match(text, /^@layer ui \{\n(?:(?: {2}.*)?\n)*\}\n$/, path)
    for (const [path, text] of readFiles('web/ui/{tokens,base}.css')) assert.match(text, /^@layer base \{\n(?:(?: {2}.*)?\n)*\}\n$/, path)
    for (const [, line] of readPage('web/ui/kit.css').matchAll(/^(@import.*)$/gm)) assert.match(line!, / layer\(kit\);$/)
    for (const [path, text] of readFiles('web/features/**/*.css')) assert.doesNotMatch(text, /@layer/, path)
  })

  test('migrations are numbered without a gap, and each says whether it breaks the release before', () => {
    const migrations = readFiles('migrations/*.sql')
    assert.ok(migrations.size > 0, 'no migration was found')
    assert.deepEqual(brokenMigrations(migrations), [])
  })
})

describe('the reference pages', () => {
  test('every error code has its heading, and every heading its code', async () => {
    for (const path of listFiles('src/**/errors.ts')) await import(pathToFileURL(join(root, path)).href)
    assert.ok(definedErrors.size > 0, 'no error was found')
    assert.deepEqual(differences([...definedErrors.keys()], headedCodes(readPage('docs/reference/errors.md'))), [])
  })

  test('errors are defined in errors.ts, where the test above finds them', () => {
    assert.deepEqual(errorsDefinedElsewhere(source), [])
  })

  test('every setting is explained, and every explained setting exists', async () => {
    const config = (await import(pathToFileURL(join(root, 'src/config.ts')).href)) as {
      settings: readonly { name: string }[]
    }
    const names = config.settings.map(({ name }) => name)
    assert.ok(names.length > 0, 'no setting was found')
    assert.deepEqual(differences(names, explainedSettings(readPage('docs/reference/configuration.md'))), [])
  })
})

describe('what must not be in the tree', () => {
  test('no path of one machine stands in any file', () => {
    const machine = new RegExp(['/wo', 'rk/[a-z.]|/Us', 'ers/[a-z]'].join(''))
    const texts = readFiles('**/*.{ts,tsx,mjs,mts,js,json,md,sql,css,yml,yaml,toml,conf,sh}', '.ci/*', '.oxlintrc.json', '.gitignore')
    assert.deepEqual([...texts].filter(([, text]) => machine.test(text)).map(([path]) => path), [])
  })

  test('the lock file names packages, not the host they once came from', () => {
    assert.doesNotMatch(readPage('package-lock.json'), /"resolved": "(https?|git)/)
  })
})

// A rule that finds nothing proves nothing until it has been seen to find something.
describe('the rules bite', () => {
  const refused: Record<string, [path: string, text: string]> = {
    'lib using the platform': ['src/lib/ids.ts', "import { x } from '#platform/db'"],
    'the platform using a domain': ['src/platform/db/open.ts', "import type { Hold } from '#domains/credits'"],
    'a domain using the app': ['src/domains/credits/grant.ts', "import { app } from '../../app.ts'"],
    'the app using an entry': ['src/app.ts', "import { main } from './main.ts'"],
    'a domain reading the config': ['src/domains/credits/grant.ts', "import { config } from '../../config.ts'"],
    'an unlisted edge between domains': ['src/domains/credits/grant.ts', "import { submit } from '#domains/generations'"],
    'an unlisted edge in the platform': ['src/platform/queue/port.ts', "import { Relay } from '#platform/outbox'"],
    'a re-export across an unlisted edge': ['src/domains/catalog/index.ts', "export * from '#domains/credits'"],
    'a dynamic import upwards': ['src/lib/clock.ts', "const db = await import('#platform/db')"],
    'a bare import upwards': ['src/lib/clock.ts', "import '#platform/db'"],
    'an import over several lines': ['src/lib/clock.ts', "import {\n  a,\n  type B,\n} from '#platform/db'"],
    'the second import on a line': ['src/lib/clock.ts', "import a from './a.ts'; import b from '#platform/db'"],
    'the inside of another domain': ['src/domains/generations/submit.ts', "import { x } from '../credits/sql.ts'"],
    'the inside through the map': ['src/domains/generations/submit.ts', "import { x } from '#domains/credits/sql'"],
    'its own face': ['src/domains/credits/grant.ts', "import { reserve } from '#domains/credits'"],
    'a folder of another room': ['src/domains/generations/run.ts', "import { x } from '#platform/providers/acme'"],
    'climbing inside a room': ['src/domains/credits/grant.ts', "import { x } from '../credits/sql.ts'"],
    'test support in production': ['src/domains/credits/grant.ts', "import { db } from '#test/database'"],
    'an unmapped name': ['src/lib/clock.ts', "import { x } from '#nowhere/x'"],
    'the web using the source': ['web/features/x.ts', "import { x } from '../../src/lib/ids.ts'"],
    'the web using the map': ['web/features/x.ts', "import type { X } from '#domains/credits'"],
  }
  for (const [title, file] of Object.entries(refused)) {
    test(`refused: ${title}`, () => assert.equal(brokenImports(new Map([file])).length, 1))
  }

  const allowed: Record<string, [path: string, text: string]> = {
    'a file beside it': ['src/domains/credits/grant.ts', "import { x } from './sql.ts'"],
    'one tier down': ['src/domains/credits/grant.ts', "import { sql } from '#platform/db'\nimport { newId } from '#lib/ids'"],
    'a listed edge': ['src/domains/generations/submit.ts', "import { reserve } from '#domains/credits'"],
    'the port from an adapter in a folder': ['src/platform/providers/acme/adapter.ts', "import { x } from '../port.ts'"],
    'a folder of its own room': ['src/platform/providers/open.ts', "import { x } from '#platform/providers/acme'"],
    'a folder of the platform from the app': ['src/app.ts', "import { x } from '#platform/providers/acme'"],
    'the app from a command': ['src/cli/migrate.ts', "import { openApp } from '../app.ts'"],
    'packages and node modules': ['src/lib/ids.ts', "import { randomUUID } from 'node:crypto'\nimport pg from 'pg'"],
    'test support in a test': ['src/domains/credits/grant.test.ts', "import { db } from '#test/database'"],
    'a neighbour in a test': ['src/domains/credits/grant.test.ts', "import { submit } from '#domains/generations'"],
    'an import in a comment': ['src/lib/ids.ts', "// import { x } from '#platform/db'\n/* import '#platform/db' */"],
  }
  for (const [title, file] of Object.entries(allowed)) {
    test(`allowed: ${title}`, () => assert.deepEqual(brokenImports(new Map([file])), []))
  }

  test('a circle of static imports is found, through a file in between', () => {
    const circle = (last: string) =>
      importGraph(new Map([
        ['src/lib/a.ts', "import { b } from './b.ts'"],
        ['src/lib/b.ts', "export { c } from '#lib/c'"],
        ['src/lib/c.ts', last],
      ]))
    assert.deepEqual(findCircle(circle("import { a } from './a.ts'")), [
      'src/lib/a.ts', 'src/lib/b.ts', 'src/lib/c.ts', 'src/lib/a.ts',
    ])
    assert.equal(findCircle(circle("import type { A } from './a.ts'")), undefined)
    assert.equal(findCircle(circle("const later = () => import('./a.ts')")), undefined)
  })

  test('imports are read past comments, strings and types', () => {
    const text = "const url = 'https://a.b' // import 'x'\nimport type { A } from 'a'\nimport { type B } from 'b'\nexport { c } from 'c'\nawait import('d')"
    assert.deepEqual(findImports(text), [
      { specifier: 'a', kind: 'type' },
      { specifier: 'b', kind: 'static' },
      { specifier: 'c', kind: 'static' },
      { specifier: 'd', kind: 'dynamic' },
    ])
    assert.equal(stripComments("a('//x') /* y */ + b // z").trim(), "a('//x')   + b")
  })

  test('banned and badly written names are found', () => {
    const paths = ['src/lib/utils.ts', 'web/helpers/a.tsx', 'src/domains/core/x.ts', 'src/lib/fooBar.ts', 'src/lib/a.tsx', 'test/types.test.ts']
    assert.equal(brokenNames(paths).length, paths.length)
    assert.deepEqual(brokenNames(['src/lib/content-types.ts', 'scripts/generate-web-types.ts', 'web/app/[id]/page.tsx']), [])
  })

  test('every way of reading the environment is found', () => {
    const ways = ['process.env.X', "process.env['X']", "process['env'].X", "import { env } from 'node:process'", 'const { env } = process']
    for (const text of ways) assert.deepEqual(environmentReaders(new Map([['src/lib/a.ts', text]])), ['src/lib/a.ts'], text)
    const fine = new Map([['src/lib/a.ts', '// process.env.X'], ['src/config.ts', 'process.env.X'], ['src/lib/a.test.ts', 'process.env.X']])
    assert.deepEqual(environmentReaders(fine), [])
  })

  test('a package that only developers install is found in production code, not in tests', () => {
    const text = "import fc from 'fast-check'\nimport { x } from '@scope/name/deep'\nimport { z } from 'zod'"
    const found = missingDependencies(new Map([['src/lib/a.ts', text], ['src/lib/a.test.ts', text]]), ['zod'])
    assert.deepEqual(found, ['src/lib/a.ts imports fast-check', 'src/lib/a.ts imports @scope/name'])
  })

  test('gaps, odd names and missing declarations of migrations are found', () => {
    const good = '-- breaking: no\nselect 1'
    assert.deepEqual(brokenMigrations(new Map([['migrations/0001-a.sql', good], ['migrations/schema.sql', '']])), [])
    assert.equal(brokenMigrations(new Map([['migrations/0001-a.sql', good], ['migrations/0003-c.sql', good]])).length, 1)
    assert.equal(brokenMigrations(new Map([['migrations/1-a.sql', good]])).length, 1)
    assert.equal(brokenMigrations(new Map([['migrations/0001-a.sql', '-- breaking: maybe']])).length, 1)
  })

  test('pages that lack, add or repeat a name are found', () => {
    assert.deepEqual(headedCodes('## `a.b`\n### `c.d` gone\ntext `e.f`\n'), ['a.b', 'c.d'])
    assert.deepEqual(explainedSettings('| `PORT` | x |\n## `HOST`\n| uses `NOT_ONE` |'), ['PORT', 'HOST'])
    assert.equal(differences(['a', 'b'], ['b', 'c', 'c']).length, 4)
    assert.deepEqual(differences(['a'], ['a']), [])
    assert.deepEqual(errorsDefinedElsewhere(new Map([['src/lib/x.ts', 'const A = defineError<B>({})']])), ['src/lib/x.ts'])
  })
})

function errorsDefinedElsewhere(files: SourceFiles): string[] {
  return [...files].flatMap(([path, text]) => {
    const defines = /(?<!function )\bdefineError\b\s*[<(]/.test(stripComments(text))
    return defines && !path.endsWith('/errors.ts') && !isTest(path) ? [path] : []
  })
}

function readPage(path: string): string {
  assert.ok(existsSync(join(root, path)), `${path} is missing`)
  return readFileSync(join(root, path), 'utf8')
}

function readJson<T>(path: string): T {
  return JSON.parse(readPage(path)) as T
}
