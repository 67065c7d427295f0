import assert from 'node:assert/strict'
import { z } from 'zod'
import type { OwnRoute, Route } from './route.ts'
import { isApiPath } from './web-app.ts'

/** Refuses a table of routes that cannot mean what it says, when the server opens and not when it is asked. */
export function checkRoutes(routes: readonly Route[]): void {
  const operations = new Set<string>()
  for (const entry of routes) {
    for (const path of entry.kind === 'mount' ? entry.paths : [entry.path]) assert(isApiPath(path), `${path} is not the API's to answer`)
    const names = entry.kind === 'mount' ? entry.documents.map(({ operation }) => operation) : [entry.operation]
    for (const name of names) {
      assert(!operations.has(name), `two routes are named ${name}`)
      operations.add(name)
    }
    if (entry.kind !== 'mount') checkOwn(entry)
  }
}

function checkOwn(own: OwnRoute): void {
  const inPath = [...own.path.matchAll(/:([^/]+)/g)].map(([, name]) => name!)
  const inSchema = own.params instanceof z.ZodObject ? Object.keys(own.params.shape) : []
  assert.deepEqual(new Set(inSchema), new Set(inPath), `the params of ${own.operation} are those of its path`)
  for (const part of ['params', 'query', 'body'] as const) {
    if (part === 'body' && own.kind === 'raw') continue
    const schema = (own as { body?: z.ZodType; params?: z.ZodType; query?: z.ZodType })[part]
    if (schema instanceof z.ZodObject) assert(schema.def.catchall !== undefined, `the ${part} of ${own.operation} says what it does with unknown fields`)
  }
}
