import { isUtf8 } from 'node:buffer'
import { MalformedJson, NotText } from './errors.ts'
import { isCleanJson, isShallowJson } from './text.ts'

export const JSON_BYTES_MAX = 1024 * 1024

/**
 * Parses a JSON body, and refuses what must not travel further: broken or empty JSON, nesting beyond 32,
 * bytes that are not UTF-8, NUL characters, half surrogate pairs, and keys named `__proto__`.
 */
export function parseJsonBody(bytes: Buffer): unknown {
  if (bytes.length === 0) throw new MalformedJson({ reason: 'The body is empty.' })
  if (!isUtf8(bytes)) throw new NotText({ where: 'body' })
  const json = bytes.toString('utf8')
  if (!isShallowJson(json)) throw new MalformedJson({ reason: 'The body nests deeper than 32 levels.' })
  const value = parse(json)
  // Valid UTF-8 can only spell the refused characters by an escape, so most bodies skip the walk.
  if ((json.includes('\\u') || json.includes('__proto__')) && !isCleanJson(value)) throw new NotText({ where: 'body' })
  return value
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json) as unknown
  } catch (cause) {
    throw new MalformedJson({ reason: 'The body is not valid JSON.' }, { cause })
  }
}
