import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Logger } from '#platform/telemetry'
import { InvalidIdempotencyKey, UnsupportedMediaType } from './errors.ts'
import { clientGone } from './exchange.ts'
import { queryStringOf, readInput } from './input.ts'
import type { OwnRoute, RawRoute, RequestContext } from './route.ts'

const PRINTABLE_ASCII = /^[\x20-\x7e]{1,255}$/

/** Reads a request for its handler. Refuses input that does not have the route's shape. */
export function readContext(own: OwnRoute, request: FastifyRequest, reply: FastifyReply): RequestContext {
  const schemas = own.kind === 'raw' ? { params: own.params, query: own.query } : own
  if (own.kind === 'raw') refuseUntyped(own, request)
  const key = own.idempotency === 'accepted' ? idempotencyKey(request) : null
  const input = readInput(schemas, {
    params: request.params,
    queryString: queryStringOf(request.raw.url ?? ''),
    body: request.body,
  })
  let signal: AbortSignal | undefined
  return {
    actor: request.actor,
    ...input,
    body: own.kind === 'raw' ? request.body : input.body,
    key,
    requestId: request.id,
    log: request.log as Logger,
    request,
    // Most handlers are done before anybody could leave, and never ask.
    get signal() {
      return (signal ??= clientGone(reply.raw))
    },
    header: (name, value) => void reply.header(name, value),
  }
}

/** A request without a body and without a type passes the framework's parsers by, and no handler is made for nothing. */
function refuseUntyped({ accepts }: RawRoute, { body }: FastifyRequest): void {
  if (accepts === undefined || accepts.mediaTypes.includes('*') || (body !== undefined && body !== null)) return
  throw new UnsupportedMediaType({ accepted: accepts.mediaTypes })
}

function idempotencyKey(request: FastifyRequest): string | null {
  const key = request.headers['idempotency-key']
  if (key === undefined) return null
  if (typeof key !== 'string' || !PRINTABLE_ASCII.test(key)) throw new InvalidIdempotencyKey({})
  return key
}
