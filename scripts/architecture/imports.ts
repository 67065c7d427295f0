import { posix } from 'node:path'

export interface Import {
  readonly specifier: string
  /** `type` is gone at run time; `dynamic` happens when called, long after both modules have loaded. */
  readonly kind: 'static' | 'type' | 'dynamic'
}

const STATEMENT = /(?:^|[;\n}])\s*(?:import|export)(\s+type\b(?!\s+from\b|\s*,))?(?:[^'"`;()=]*?\bfrom\b)?\s*(['"])([^'"\n]+)\2/g
const CALL = /\b(?:import|require|(?:import\.meta|require)\.resolve)\s*\(\s*(['"`])([^'"`\n]+)\1/g

/**
 * Every module this text names in an import, a re-export, or a call of `import()`. It reads text, not a
 * syntax tree: a specifier put together at run time is not found, and is not used here either.
 */
export function findImports(text: string): Import[] {
  const code = stripComments(text)
  const statements = [...code.matchAll(STATEMENT)].map(([, type, , specifier = '']): Import => {
    return { specifier, kind: type === undefined ? 'static' : 'type' }
  })
  const calls = [...code.matchAll(CALL)].map(([, , specifier = '']): Import => ({ specifier, kind: 'dynamic' }))
  return [...statements, ...calls]
}

/** The text without its comments. Strings and templates are stepped over, so `'https://…'` survives. */
export function stripComments(text: string): string {
  const parts = /'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`|\/\/[^\n]*|\/\*[\s\S]*?\*\//g
  return text.replaceAll(parts, (part) => (part.startsWith('//') || part.startsWith('/*') ? ' ' : part))
}

/** Where a specifier written in this file leads, as a path from the root; undefined for packages. */
export function resolveImport(from: string, specifier: string): string | undefined {
  if (specifier.startsWith('.')) return posix.join(posix.dirname(from), specifier)
  const [, map, rest] = /^#(lib|platform|domains|test)\/(.+)$/.exec(specifier) ?? []
  if (map === undefined || rest === undefined) return undefined
  if (map === 'test') return `test/support/${rest}.ts`
  return map === 'lib' ? `src/lib/${rest}.ts` : `src/${map}/${rest}/index.ts`
}
