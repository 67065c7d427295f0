import { builtinModules } from 'node:module'
import { posix } from 'node:path'
import { findImports, stripComments } from './imports.ts'
import { isTest, type SourceFiles } from './source-files.ts'

/** They mean "unsorted". */
const BANNED = ['utils', 'util', 'helpers', 'helper', 'common', 'types', 'manager', 'service', 'core', 'misc']

/** Files or folders of code whose name says nothing, or is not written the way all others are. */
export function brokenNames(paths: readonly string[]): string[] {
  return paths.flatMap((path) => {
    const words = path.split('/').map((segment) => segment.replace(/(\.d)?(\.[a-z]+)?\.(ts|tsx|mts|mjs|sql|css)$/, ''))
    const banned = words.find((word) => BANNED.includes(word))
    if (banned !== undefined) return [`${path}: "${banned}" is a banned name`]
    if (!path.startsWith('src/')) return []
    if (path.endsWith('.tsx')) return [`${path}: Node does not load .tsx`]
    return words.every((word) => /^[a-z0-9]+(-[a-z0-9]+)*$/.test(word)) ? [] : [`${path}: names are kebab-case`]
  })
}

/** Files that read the environment although only `src/config.ts` does. */
export function environmentReaders(files: SourceFiles): string[] {
  const allowed = (path: string) =>
    isTest(path) || path === 'src/config.ts' || path === 'src/cli/simulate.ts' || /^web\/next\.config\.[a-z]+$/.test(path)
  const reads = /\bprocess\s*\.\s*env\b|\bprocess\s*\[\s*['"]env['"]|\benv\b[^;\n]*\bfrom\s*['"](?:node:)?process['"]|\{[^}]*\benv\b[^}]*\}\s*=\s*process\b/
  return [...files].filter(([path, text]) => !allowed(path) && reads.test(stripComments(text))).map(([path]) => path)
}

/** Packages that production code imports and an install without development packages would lack. */
export function missingDependencies(files: SourceFiles, dependencies: readonly string[]): string[] {
  return [...files].flatMap(([path, text]) => {
    if (isTest(path)) return []
    const packages = findImports(text).filter(({ kind }) => kind !== 'type').map(({ specifier }) => packageOf(specifier))
    const missing = packages.filter((name) => name !== undefined && !dependencies.includes(name))
    return missing.map((name) => `${path} imports ${name}`)
  })
}

function packageOf(specifier: string): string | undefined {
  if (/^[.#]/.test(specifier) || specifier.startsWith('node:') || builtinModules.includes(specifier)) return undefined
  return specifier.split('/').slice(0, specifier.startsWith('@') ? 2 : 1).join('/')
}

/** Gaps, doubles and missing declarations in the numbered migrations. */
export function brokenMigrations(files: SourceFiles): string[] {
  const numbered = [...files].filter(([path]) => posix.basename(path) !== 'schema.sql')
  return numbered.flatMap(([path, text], index) => {
    const expected = String(index + 1).padStart(4, '0')
    const [, number] = /^(\d{4})-[a-z0-9]+(?:-[a-z0-9]+)*\.sql$/.exec(posix.basename(path)) ?? []
    const named = number === expected ? [] : [`${path}: expected ${expected}-<what-it-does>.sql`]
    const declared = /^-- breaking: (no|yes)\s*$/.test(text.split('\n', 1)[0] ?? '') ? [] : [`${path}: line 1 is not "-- breaking: no|yes"`]
    return [...named, ...declared]
  })
}
