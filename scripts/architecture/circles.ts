import { findImports, resolveImport } from './imports.ts'
import type { SourceFiles } from './source-files.ts'

export type Graph = ReadonlyMap<string, readonly string[]>

/** Who must be loaded before whom: static imports. A circle of these runs one module half-initialised. */
export function importGraph(files: SourceFiles): Graph {
  const edges = [...files].map(([from, text]): [string, string[]] => {
    const targets = findImports(text).filter(({ kind }) => kind === 'static')
    return [from, targets.flatMap(({ specifier }) => resolveImport(from, specifier) ?? [])]
  })
  return new Map(edges)
}

/** One path that leads back to where it began (`a`, `b`, `a`), or undefined. */
export function findCircle(graph: Graph): string[] | undefined {
  const done = new Set<string>()
  const walk = (node: string, path: readonly string[]): string[] | undefined => {
    if (path.includes(node)) return [...path.slice(path.indexOf(node)), node]
    if (done.has(node)) return undefined
    for (const next of graph.get(node) ?? []) {
      const circle = walk(next, [...path, node])
      if (circle !== undefined) return circle
    }
    done.add(node)
    return undefined
  }
  for (const node of graph.keys()) {
    const circle = walk(node, [])
    if (circle !== undefined) return circle
  }
  return undefined
}
