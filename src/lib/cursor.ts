import { InvalidCursor } from './errors.ts'

/** Where a list continues: opaque to clients, so that its content may change. */
export function encodeCursor(position: Record<string, string>): string {
  return Buffer.from(JSON.stringify(position)).toString('base64url')
}

/**
 * The position in a cursor. Refuses `InvalidCursor` unless it has exactly these fields and each value has its shape:
 * a cursor comes from outside like any other input.
 */
export function decodeCursor<Field extends string>(cursor: string, shapes: Record<Field, RegExp>): Record<Field, string> {
  const position = parseObject(cursor)
  const fields = Object.keys(shapes) as Field[]
  const fits =
    position !== undefined &&
    Object.keys(position).length === fields.length &&
    fields.every((field) => typeof position[field] === 'string' && shapes[field].test(position[field]))
  if (!fits) throw new InvalidCursor({})
  return position as Record<Field, string>
}

function parseObject(cursor: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'))
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}

/** The shape of an id in a cursor. */
export const idShape = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
