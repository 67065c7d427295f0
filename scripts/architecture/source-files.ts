import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('../..', import.meta.url))

/** Paths from the root, with forward slashes, to the text of the file. */
export type SourceFiles = ReadonlyMap<string, string>

const NOT_OURS = ['**/node_modules/**', '**/.next/**', '.git/**', '.cooly/**', 'tmp/**', 'test-results/**']

/** Paths from the root that match, without what is installed or built. */
export function listFiles(...patterns: readonly string[]): string[] {
  const found = globSync([...patterns], { cwd: root, exclude: NOT_OURS, withFileTypes: true })
  const paths = found.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  return paths.map((path) => path.slice(root.length).replaceAll('\\', '/')).toSorted()
}

export function readFiles(...patterns: readonly string[]): SourceFiles {
  return new Map(listFiles(...patterns).map((path) => [path, readFileSync(join(root, path), 'utf8')]))
}

/** A test or what only tests use: its production code lies elsewhere. */
export function isTest(path: string): boolean {
  return path.startsWith('test/') || /\.(test|sim)\.tsx?$/.test(path) || path.endsWith('/conformance.ts')
}
