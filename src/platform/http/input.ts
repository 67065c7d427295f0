import type { z } from 'zod'
import type { InputMistake } from '#lib/errors'
import { BadEncoding, NotText, RequestInvalid } from './errors.ts'
import { isText } from './text.ts'

const PATH_LENGTH_MAX = 200
const MESSAGE_LENGTH_MAX = 300

export interface InputSchemas {
  readonly params?: z.ZodType | undefined
  readonly query?: z.ZodType | undefined
  readonly body?: z.ZodType | undefined
}

export interface RawInput {
  readonly params: unknown
  /** The part of the address after the question mark. */
  readonly queryString: string
  readonly body: unknown
}

export interface ParsedInput {
  readonly params: unknown
  readonly query: unknown
  readonly body: unknown
}

/**
 * Checks everything a request says against the route's schemas, and refuses it with all mistakes at once.
 * What has no schema is not read, and stays undefined.
 */
export function readInput(schemas: InputSchemas, raw: RawInput): ParsedInput {
  const mistakes: InputMistake[] = []
  const check = (schema: z.ZodType | undefined, value: unknown) => checkPart(schema, value, mistakes)
  if (schemas.params !== undefined) refuseUnreadable(raw.params as Record<string, string>)
  const params = check(schemas.params, raw.params)
  const query = schemas.query === undefined ? undefined : check(schemas.query, parseQuery(raw.queryString, mistakes))
  const body = check(schemas.body, raw.body)
  if (mistakes.length > 0) throw new RequestInvalid({ mistakes })
  return { params, query, body }
}

/** The part of a request target after the question mark, without a fragment. */
export function queryStringOf(url: string): string {
  const start = url.indexOf('?')
  if (start === -1) return ''
  const end = url.indexOf('#', start)
  return url.slice(start + 1, end === -1 ? undefined : end)
}

function checkPart(schema: z.ZodType | undefined, value: unknown, mistakes: InputMistake[]): unknown {
  if (schema === undefined) return undefined
  const result = schema.safeParse(value)
  if (result.success) return result.data
  for (const issue of result.error.issues) mistakes.push(...mistakesOf(issue))
  return undefined
}

function mistakesOf(issue: z.core.$ZodIssue): InputMistake[] {
  if (issue.code !== 'unrecognized_keys') return [{ path: pointer(issue.path), message: clip(issue.message) }]
  return issue.keys.map((key) => ({ path: pointer([...issue.path, key]), message: 'This field is not known here' }))
}

function pointer(path: readonly PropertyKey[]): string {
  const text = path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')
  return text.length > PATH_LENGTH_MAX ? `${text.slice(0, PATH_LENGTH_MAX).toWellFormed()}…` : text
}

function clip(message: string): string {
  return message.length > MESSAGE_LENGTH_MAX ? `${message.slice(0, MESSAGE_LENGTH_MAX).toWellFormed()}…` : message
}

/** A name given twice is a mistake: two readers would pick different ones, which is how filters are passed. */
function parseQuery(queryString: string, mistakes: InputMistake[]): Record<string, string> {
  const query: Record<string, string> = {}
  for (const pair of queryString === '' ? [] : queryString.split('&')) {
    if (pair === '') continue
    const equals = pair.indexOf('=')
    const name = decode(equals === -1 ? pair : pair.slice(0, equals))
    const value = equals === -1 ? '' : decode(pair.slice(equals + 1))
    if (!isText(name) || !isText(value)) throw new NotText({ where: 'query' })
    if (Object.hasOwn(query, name)) mistakes.push({ path: pointer([name]), message: 'This parameter is given twice' })
    Object.defineProperty(query, name, { value, enumerable: true, configurable: true, writable: true })
  }
  return query
}

function decode(encoded: string): string {
  try {
    return decodeURIComponent(encoded.replaceAll('+', ' '))
  } catch (cause) {
    throw new BadEncoding({ where: 'query' }, { cause })
  }
}

function refuseUnreadable(params: Record<string, string>): void {
  for (const value of Object.values(params)) if (!isText(value)) throw new NotText({ where: 'path' })
}
