import { readFile, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'

/**
 * Turns `openapi.json` (OpenAPI 3.1) into `web/api/schema.ts`: a `paths` interface in the shape that
 * openapi-fetch reads, and the component schemas it points to.
 *
 *   node scripts/generate-web-types.ts          writes the file
 *   node scripts/generate-web-types.ts --check  exits 1 when the file is not what would be written
 *
 * Written here because openapi-typescript needs the compiler interface that TypeScript 7 no longer has.
 */

type Json = null | boolean | number | string | Json[] | { [key: string]: Json }
type Node = { [key: string]: Json }

const methods = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace'] as const
const places = ['query', 'header', 'path', 'cookie'] as const

/** The whole module as text. The same document always gives the same text. */
export function renderWebTypes(document: Node): string {
  const components = asNode(document.components)
  const paths = Object.entries(asNode(document.paths)).map(([path, item]) =>
    `${key(path)}: ${renderPathItem(asNode(item), components)}`)
  const schemas = Object.entries(asNode(components.schemas)).map(([name, schema]) => `${key(name)}: ${renderType(schema)}`)
  return [
    '// Made from openapi.json by scripts/generate-web-types.ts. Change the routes, not this file.',
    '',
    `export interface paths ${block(paths)}`,
    '',
    `export interface components ${block([`schemas: ${block(schemas)}`])}`,
    '',
  ].join('\n')
}

function renderPathItem(item: Node, components: Node): string {
  const shared = asList(item.parameters)
  return block([
    `parameters: ${renderParameters(shared, components)}`,
    ...methods.map((method) => item[method] === undefined
      ? `${method}?: never`
      : `${method}: ${renderOperation(asNode(item[method]), shared, components)}`),
  ])
}

function renderOperation(operation: Node, shared: Json[], components: Node): string {
  const body = operation.requestBody === undefined ? undefined : resolve(operation.requestBody, components)
  const responses = Object.entries(asNode(operation.responses)).map(([status, response]) =>
    `${/^\d+$/.test(status) ? status : key(status)}: ${block([
      'headers: { [name: string]: unknown }',
      renderContent(resolve(response, components)),
    ])}`)
  return block([
    `parameters: ${renderParameters([...shared, ...asList(operation.parameters)], components)}`,
    body === undefined ? 'requestBody?: never' : `requestBody${body.required === true ? '' : '?'}: ${block([renderContent(body)])}`,
    `responses: ${block(responses)}`,
  ])
}

/** An operation's own parameter replaces the path's parameter of the same name and place. */
function renderParameters(list: Json[], components: Node): string {
  const parameters = list.map((parameter) => resolve(parameter, components))
  return block(places.map((place) => {
    const here = new Map(parameters.filter((one) => one.in === place).map((one) => [String(one.name), one]))
    if (here.size === 0) return `${place}?: never`
    const required = [...here.values()].some((one) => one.required === true)
    const fields = [...here].map(([name, one]) => `${key(name)}${one.required === true ? '' : '?'}: ${renderType(one.schema ?? {})}`)
    return `${place}${required ? '' : '?'}: ${block(fields)}`
  }))
}

function renderContent(holder: Node): string {
  const media = Object.entries(asNode(holder.content))
  if (media.length === 0) return 'content?: never'
  return `content: ${block(media.map(([name, value]) => `${key(name)}: ${renderType(asNode(value).schema ?? {})}`))}`
}

/** One JSON Schema as a TypeScript type. Keywords that only narrow values (patterns, bounds) have no type and are left out. */
export function renderType(schema: Json): string {
  if (typeof schema === 'boolean') return schema ? 'unknown' : 'never'
  const node = asNode(schema)
  if (typeof node.$ref === 'string') return renderReference(node.$ref)
  if (node.const !== undefined) return JSON.stringify(node.const)
  if (Array.isArray(node.enum)) return union(node.enum.map((value) => JSON.stringify(value)))

  const parts = [
    ...asList(node.allOf).map(renderType),
    ...[node.anyOf, node.oneOf].filter((list) => list !== undefined).map((list) => union(asList(list).map(renderType))),
  ]
  if (node.type !== undefined || node.properties !== undefined) parts.push(renderPlain(node))
  const whole = intersection(parts)
  return node.nullable === true ? union([whole, 'null']) : whole
}

function renderPlain(node: Node): string {
  const kinds = Array.isArray(node.type) ? node.type : [node.type ?? 'object']
  return union(kinds.map((kind) => {
    if (kind === 'array') return renderArray(node)
    if (kind === 'object') return renderObject(node)
    if (kind === 'integer') return 'number'
    return String(kind)
  }))
}

function renderArray(node: Node): string {
  if (Array.isArray(node.prefixItems)) return `[${node.prefixItems.map(renderType).join(', ')}]`
  return `Array<${renderType(node.items ?? true)}>`
}

function renderObject(node: Node): string {
  const required = new Set(asList(node.required))
  const fields = Object.entries(asNode(node.properties)).map(([name, schema]) =>
    `${key(name)}${required.has(name) ? '' : '?'}: ${renderType(schema)}`)
  const rest = node.additionalProperties
  const open = rest !== undefined && rest !== false ? `{ [key: string]: ${renderType(rest)} }` : undefined
  if (fields.length > 0) return intersection([block(fields), ...(open === undefined ? [] : [open])])
  if (rest === false) return '{ [key: string]: never }'
  return open ?? '{ [key: string]: unknown }'
}

/** `#/components/schemas/Model` becomes an indexed access, so that a renamed schema breaks the build and not the page. */
function renderReference(reference: string): string {
  const [root, ...steps] = pointer(reference)
  return `${root}${steps.map((step) => `[${JSON.stringify(step)}]`).join('')}`
}

function resolve(value: Json, components: Node): Node {
  const node = asNode(value)
  if (typeof node.$ref !== 'string') return node
  const [, ...steps] = pointer(node.$ref)
  return asNode(steps.reduce<Json>((at, step) => asNode(at)[step] ?? {}, components))
}

function pointer(reference: string): string[] {
  if (!reference.startsWith('#/components/')) throw new Error(`only references into #/components are understood, not ${reference}`)
  return reference.slice(2).split('/').map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'))
}

const union = (types: string[]): string => {
  const once = [...new Set(types)]
  return once.length === 0 ? 'never' : once.length === 1 ? once.join('') : `(${once.join(' | ')})`
}
const intersection = (types: string[]): string => (types.length === 0 ? 'unknown' : types.join(' & '))
const key = (name: string): string => (/^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name))
const block = (lines: string[]): string => (lines.length === 0 ? '{}' : `{\n${lines.map((line) => `  ${line.replaceAll('\n', '\n  ')}`).join('\n')}\n}`)
const asNode = (value: Json | undefined): Node => (typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {})
const asList = (value: Json | undefined): Json[] => (Array.isArray(value) ? value : [])

async function main(): Promise<void> {
  const target = fileURLToPath(new URL('../web/api/schema.ts', import.meta.url))
  const text = renderWebTypes(JSON.parse(await readFile(new URL('../openapi.json', import.meta.url), 'utf8')) as Node)
  if (!process.argv.includes('--check')) return writeFile(target, text)
  if (text === (await readFile(target, 'utf8').catch(() => ''))) return
  console.error('web/api/schema.ts is out of step with openapi.json: run node scripts/generate-web-types.ts')
  process.exitCode = 1
}

if (import.meta.main) await main()
