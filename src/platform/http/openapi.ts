import type { RefusalType } from '#lib/errors'
import {
  AuthForbidden, AuthRequired, BodyTooLarge, CrossSite, InvalidIdempotencyKey, MalformedJson, NotText, RequestInvalid, ServerDraining, ServerError,
  UnsupportedMediaType,
} from './errors.ts'
import { ComponentSchemas } from './openapi-schemas.ts'
import { PROBLEM_TYPE, problemType, statusOf } from './problem.ts'
import type { DocumentedOperation, Method, OwnRoute, Route } from './route.ts'

export interface OpenApiParts {
  readonly routes: readonly Route[]
  readonly version: string
  readonly sessionCookie: string
  /** Refusals that the shell adds to every route of ours, such as rate limits. */
  readonly sharedErrors: readonly RefusalType<never>[]
}

type Json = Record<string, unknown>

interface Operation {
  readonly method: Method
  readonly path: string
  readonly document: Json
}

/** The whole interface as an OpenAPI 3.1 document. The same routes always give the same document. */
export function describeRoutes({ routes, version, sessionCookie, sharedErrors }: OpenApiParts): Json {
  const schemas = new ComponentSchemas()
  schemas.add('Problem', PROBLEM_SCHEMA)
  const operations = routes.flatMap((entry): Operation[] =>
    entry.kind === 'mount'
      ? entry.documents.map((documented) => describeForeign(documented, schemas))
      : [describeOwn(entry, schemas, sharedErrors)],
  )
  return {
    openapi: '3.1.0',
    info: { title: 'Cooly', version, description: 'Generations for credits.' },
    servers: [{ url: '/' }],
    tags: [...new Set(routes.flatMap(tagsOf))].sort().map((name) => ({ name })),
    paths: groupByPath(operations),
    components: {
      schemas: schemas.all(),
      securitySchemes: {
        session: { type: 'apiKey', in: 'cookie', name: sessionCookie },
        apiKey: { type: 'http', scheme: 'bearer' },
      },
      headers: { RequestId: { description: 'The id to name when asking about this answer', schema: { type: 'string' } } },
    },
  }
}

const PROBLEM_SCHEMA: Json = {
  type: 'object',
  required: ['type', 'title', 'status', 'detail', 'code', 'requestId'],
  properties: {
    type: { type: 'string', description: 'urn:cooly:error: followed by the code' },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string' },
    code: { type: 'string', description: 'What to match on; texts may change' },
    requestId: { type: 'string' },
    errors: {
      type: 'array',
      description: 'The mistakes in the input, by JSON pointer',
      items: {
        type: 'object',
        required: ['path', 'message'],
        properties: { path: { type: 'string' }, message: { type: 'string' } },
      },
    },
  },
}

function tagsOf(entry: Route): readonly string[] {
  return entry.kind === 'mount' ? entry.documents.flatMap(({ tags }) => tags) : entry.tags
}

function groupByPath(operations: readonly Operation[]): Json {
  const paths: Record<string, Json> = {}
  for (const { method, path, document } of [...operations].sort((a, b) => (a.path < b.path ? -1 : 1))) {
    const template = path.replaceAll(/:([^/]+)/g, '{$1}')
    ;(paths[template] ??= {})[method.toLowerCase()] = document
  }
  return paths
}

function describeOwn(own: OwnRoute, schemas: ComponentSchemas, sharedErrors: readonly RefusalType<never>[]): Operation {
  const errors = [...own.errors, ...shellErrors(own), ...(own.operational === true ? [] : sharedErrors)]
  const document = {
    operationId: own.operation,
    summary: own.summary,
    tags: own.tags,
    security: own.access === 'public' ? [] : [{ session: [] }, { apiKey: [] }],
    parameters: [...parametersOf(own, schemas), ...headerParameters(own)],
    ...requestBody(own, schemas),
    responses: { ...successes(own, schemas), ...problems(own, errors) },
  }
  return { method: own.method, path: own.path, document }
}

function describeForeign(documented: DocumentedOperation, schemas: ComponentSchemas): Operation {
  const { method, path, operation, summary, tags, status, reply, body } = documented
  const content = reply === null ? {} : { content: json(schemas.of(reply, 'output')) }
  const document = {
    operationId: operation,
    summary,
    tags,
    security: [],
    ...(body === undefined ? {} : { requestBody: { required: true, content: json(schemas.of(body, 'input')) } }),
    responses: { [status]: { description: 'Done', ...content }, default: { description: 'Refused' } },
  }
  return { method, path, document }
}

/** What the shell may refuse before the handler is asked. */
function shellErrors(own: OwnRoute): RefusalType<never>[] {
  const takesBody = own.method !== 'GET'
  return [
    ...(own.kind === 'raw' && own.params === undefined && own.query === undefined ? [] : [RequestInvalid, NotText]),
    ...(own.access === 'public' ? [] : [AuthRequired]),
    ...(own.access === 'public' || own.access === 'member' ? [] : [AuthForbidden]),
    ...(own.idempotency === undefined ? [] : [InvalidIdempotencyKey]),
    ...(takesBody ? [CrossSite, MalformedJson, BodyTooLarge, UnsupportedMediaType] : []),
    ServerError,
    ServerDraining,
  ]
}

function parametersOf(own: OwnRoute, schemas: ComponentSchemas): Json[] {
  return (['params', 'query'] as const).flatMap((part) => {
    const schema = own[part]
    if (schema === undefined) return []
    const { properties = {}, required = [] } = schemas.inline(schema) as { properties?: Record<string, Json>; required?: string[] }
    return Object.entries(properties).map(([name, property]) => {
      const { description, ...rest } = property
      const where = part === 'params' ? { in: 'path', required: true } : { in: 'query', required: required.includes(name) }
      return { name, ...where, ...(description === undefined ? {} : { description }), schema: rest }
    })
  })
}

function headerParameters(own: OwnRoute): Json[] {
  const header = (name: string, description: string, schema: Json) => ({ name, in: 'header', required: false, description, schema })
  return [
    ...(own.idempotency === undefined
      ? []
      : [header('Idempotency-Key', 'Repeating a request with its key gives the first answer again', { type: 'string', minLength: 1, maxLength: 255, pattern: '^[\\x20-\\x7e]+$' })]),
    ...(own.kind === 'sse' ? [header('Last-Event-ID', 'Continues after this event', { type: 'string' })] : []),
  ]
}

function requestBody(own: OwnRoute, schemas: ComponentSchemas): Json {
  if (own.kind === 'raw') {
    if (own.accepts === undefined) return {}
    const content = own.accepts.mediaTypes.map((type) => [type === '*' ? '*/*' : type, { schema: own.accepts?.schema ?? {} }] as const)
    return { requestBody: { required: true, content: Object.fromEntries(content) } }
  }
  if (own.body === undefined) return {}
  return { requestBody: { required: !own.body.safeParse(undefined).success, content: json(schemas.of(own.body, 'input')) } }
}

function successes(own: OwnRoute, schemas: ComponentSchemas): Json {
  const statuses = [own.status, ...(own.kind === 'sse' ? [] : own.alsoStatus ?? [])]
  const response = { description: 'Done', headers: { 'x-request-id': { $ref: '#/components/headers/RequestId' } } }
  const content = contentOf(own, schemas)
  return Object.fromEntries(statuses.map((status) => [status, bodyless(status) ? response : { ...response, ...content }]))
}

function contentOf(own: OwnRoute, schemas: ComponentSchemas): Json {
  const text = { schema: { type: 'string' } }
  if (own.kind === 'raw') {
    const described = own.reply === undefined ? {} : json(schemas.of(own.reply, 'output'))
    return { content: { ...Object.fromEntries(own.produces.map((type) => [type, { schema: {} }])), ...described } }
  }
  const content = {
    ...(own.reply === null ? {} : json(schemas.of(own.reply, 'output'))),
    ...(own.kind === 'sse' ? { 'text/event-stream': text } : {}),
    ...(own.kind === 'json' ? Object.fromEntries((own.alsoProduces ?? []).map((type) => [type, text])) : {}),
  }
  return Object.keys(content).length === 0 ? {} : { content }
}

function bodyless(status: number): boolean {
  return status === 204 || status === 304
}

/** One response per status, with an example for each code it may carry; `default` covers HTTP's own refusals. */
function problems(own: OwnRoute, errors: readonly RefusalType<never>[]): Json {
  const foreign = own.renderProblem !== undefined
  const schema = foreign ? {} : { $ref: '#/components/schemas/Problem' }
  const type = foreign ? 'application/json' : PROBLEM_TYPE
  const responses: Record<string, Json> = {}
  const ours = own.kind === 'sse' ? [] : own.alsoStatus ?? []
  for (const [status, group] of Map.groupBy(new Set(errors), statusOf)) {
    // A route that answers this status itself, as `/ready` does, describes it itself.
    if (ours.includes(status)) continue
    const examples = Object.fromEntries(group.map((error) => [error.code, { value: example(error, status) }]))
    const description = group.map(({ code }) => code).join(', ')
    responses[status] = { description, content: { [type]: { schema, ...(foreign ? {} : { examples }) } } }
  }
  responses.default = { description: 'Refused', content: { [type]: { schema } } }
  return responses
}

function example({ code, title }: RefusalType<never>, status: number): Json {
  return { type: problemType(code), title, status, detail: title, code, requestId: '0199c0de-0000-7000-8000-000000000000' }
}

function json(schema: Json): Json {
  return { 'application/json': { schema } }
}
