import { isDeepStrictEqual } from 'node:util'
import { z } from 'zod'

type Json = Record<string, unknown>
type Direction = 'input' | 'output'

/**
 * Collects the named schemas of a document: those with `.meta({ id })`.
 *
 * What a client sends and what it gets may differ under one name, by defaults for instance; then the
 * sent one is called `…Input`.
 */
export class ComponentSchemas {
  readonly #named = new Map<string, Json>()

  /** A schema as it stands in the document, by reference where it has a name. */
  of(schema: z.ZodType, direction: Direction): Json {
    const { $schema: _, $defs = {}, ...root } = convert(schema, direction)
    const names = direction === 'output' ? new Map<string, string>() : inputNames($defs, schema)
    for (const [id, definition] of Object.entries($defs)) this.add(names.get(id) ?? id, rename(definition, names))
    return rename(root, names)
  }

  /** A schema without references at its top, for parameters. */
  inline(schema: z.ZodType): Json {
    const { $ref, ...root } = this.of(schema, 'input')
    return typeof $ref === 'string' ? { ...this.#named.get($ref.slice('#/components/schemas/'.length)), ...root } : root
  }

  add(name: string, definition: Json): void {
    this.#named.set(name, definition)
  }

  all(): Json {
    return Object.fromEntries([...this.#named].sort(([a], [b]) => (a < b ? -1 : 1)))
  }
}

/** The names of those schemas that a client sends in another shape than it gets. */
function inputNames(sent: Record<string, Json>, schema: z.ZodType): Map<string, string> {
  const { $defs: got = {} } = Object.keys(sent).length === 0 ? {} : convert(schema, 'output')
  const different = Object.keys(sent).filter((id) => !isDeepStrictEqual(sent[id], got[id]))
  return new Map(different.map((id) => [id, `${id}Input`]))
}

function convert(schema: z.ZodType, direction: Direction): Json & { $defs?: Record<string, Json> } {
  return z.toJSONSchema(schema, { io: direction, target: 'draft-2020-12' }) as Json
}

/** The same schema with references that point into the document's components. */
function rename(value: Json, names: ReadonlyMap<string, string>): Json {
  return JSON.parse(JSON.stringify(value), (key, item: unknown) => {
    if (key !== '$ref' || typeof item !== 'string' || !item.startsWith('#/$defs/')) return item
    const id = item.slice('#/$defs/'.length)
    return `#/components/schemas/${names.get(id) ?? id}`
  }) as Json
}
