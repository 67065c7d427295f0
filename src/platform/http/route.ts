import type { Readable } from 'node:stream'
import type { FastifyRequest } from 'fastify'
import type { z } from 'zod'
import type { RefusalType } from '#lib/errors'
import type { Logger } from '#platform/telemetry'
import type { Access, Actor } from './actor.ts'
import type { Answer, Bytes } from './answer.ts'
import type { Problem } from './problem.ts'
import type { EventStream } from './event-stream.ts'

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

/** What every handler is given, whatever its route answers. */
export interface RequestContext {
  readonly actor: Actor | null
  readonly params: unknown
  readonly query: unknown
  readonly body: unknown
  /** The `Idempotency-Key` header; null when absent, and on routes that do not accept one. */
  readonly key: string | null
  readonly requestId: string
  readonly log: Logger
  /** Aborted when the client leaves before its answer is complete. */
  readonly signal: AbortSignal
  /** The request itself, for what has no field here: its address, its Accept header. */
  readonly request: FastifyRequest
  /** Sets a header of the answer. */
  header(name: string, value: string): void
}

interface Describing {
  readonly method: Method
  /** With parameters as `:name`, e.g. `/api/things/:id`. */
  readonly path: string
  /** The operation's name in OpenAPI, unique. */
  readonly operation: string
  readonly summary: string
  readonly tags: readonly string[]
  /** The refusals of the handler. Those of the shell (input, identity, limits) are declared for it. */
  readonly errors: readonly RefusalType<never>[]
  /** Answers of probes and scrapers: served while draining, logged at debug level. */
  readonly operational?: boolean
  /** Another shape for this route's errors, where a foreign contract asks for one. */
  readonly renderProblem?: (problem: Problem) => unknown
}

/** A header `Idempotency-Key` is read, checked and handed to the handler as `key`. */
type Idempotency = 'accepted'

export interface JsonRoute extends Describing {
  readonly kind: 'json'
  readonly access: Access
  readonly params?: z.ZodType
  readonly query?: z.ZodType
  readonly body?: z.ZodType
  readonly idempotency?: Idempotency
  readonly status: number
  readonly alsoStatus?: readonly number[]
  readonly reply: z.ZodType | null
  readonly alsoProduces?: readonly string[]
  handle(context: RequestContext): Promise<unknown>
}

export interface SseRoute extends Describing {
  readonly kind: 'sse'
  readonly access: Access
  readonly params?: z.ZodType
  readonly query?: z.ZodType
  readonly body?: z.ZodType
  readonly idempotency?: Idempotency
  /** The status of an answer given instead of a stream. A stream is always a 200. */
  readonly status: number
  readonly reply: z.ZodType | null
  handle(context: RequestContext & { readonly stream: EventStream }): Promise<unknown>
}

export interface RawRoute extends Describing {
  readonly kind: 'raw'
  readonly access: Access
  readonly params?: z.ZodType
  readonly query?: z.ZodType
  readonly accepts?: AcceptedBytes
  readonly idempotency?: Idempotency
  readonly status: number
  readonly alsoStatus?: readonly number[]
  readonly produces: readonly string[]
  /** The shape of an answer that is JSON after all. */
  readonly reply?: z.ZodType
  handle(context: RequestContext): Promise<Bytes | Answer<unknown>>
}

export interface AcceptedBytes {
  /** Media types, e.g. `multipart/form-data`; `*` takes any. */
  readonly mediaTypes: readonly string[]
  readonly bytesMax: number
  /** Whole in memory, or as it arrives. */
  readonly as: 'buffer' | 'stream'
  /** What is in it, as JSON Schema, for the OpenAPI document. */
  readonly schema?: Readonly<Record<string, unknown>>
}

/** A foreign handler that owns whole path patterns and answers for itself. */
export interface Mount {
  readonly kind: 'mount'
  /** Patterns, e.g. `/api/auth/*`. */
  readonly paths: readonly string[]
  readonly methods: readonly Method[]
  /** Whether its answers are described in OpenAPI, and how; without entries the paths stay undocumented. */
  readonly documents: readonly DocumentedOperation[]
  handle(request: Request): Promise<Response>
}

export interface DocumentedOperation extends Omit<Describing, 'errors'> {
  readonly body?: z.ZodType
  readonly status: number
  readonly reply: z.ZodType | null
}

export type Route = JsonRoute | SseRoute | RawRoute | Mount
/** A route of ours, as opposed to a mounted handler's. */
export type OwnRoute = JsonRoute | SseRoute | RawRoute

type ActorOf<A extends Access> = A extends 'public' ? null : Actor

interface Typed<A extends Access, Params extends z.ZodType, Query extends z.ZodType> {
  readonly access: A
  readonly params?: Params
  readonly query?: Query
}

type ContextOf<A extends Access, Params, Query, Body> = Omit<RequestContext, 'actor' | 'params' | 'query' | 'body'> & {
  readonly actor: ActorOf<A>
  readonly params: z.output<Params>
  readonly query: z.output<Query>
  readonly body: Body
}

type Replied<Reply extends z.ZodType | null> = Reply extends z.ZodType
  ? z.output<Reply> | Answer<z.output<Reply>> | Bytes
  : void | Answer<null> | Bytes

/**
 * Declares one JSON route: data, plus one call.
 *
 * The handler runs only when the caller may enter and all input has the declared shape. It returns the
 * reply, or an `answer()` that picks a status or headers, and throws refusals.
 */
export function route<
  A extends Access,
  Reply extends z.ZodType | null,
  Params extends z.ZodType = z.ZodUndefined,
  Query extends z.ZodType = z.ZodUndefined,
  Body extends z.ZodType = z.ZodUndefined,
>(
  definition: Omit<JsonRoute, 'kind' | 'access' | 'params' | 'query' | 'body' | 'reply' | 'handle'> &
    Typed<A, Params, Query> & {
      readonly body?: Body
      readonly reply: Reply
      handle(context: ContextOf<A, Params, Query, z.output<Body>>): Promise<Replied<Reply>>
    },
): JsonRoute {
  return { kind: 'json', ...definition } as JsonRoute
}

/**
 * Declares a route that answers with server-sent events.
 *
 * The answer begins with the first `stream.send()` or `stream.open()`; whatever is thrown before that is
 * an ordinary problem. A handler that returns without having begun answers its return value as JSON
 * when there is a `reply`, else an empty stream.
 */
export function sseRoute<
  A extends Access,
  Reply extends z.ZodType | null = null,
  Params extends z.ZodType = z.ZodUndefined,
  Query extends z.ZodType = z.ZodUndefined,
  Body extends z.ZodType = z.ZodUndefined,
>(
  definition: Omit<SseRoute, 'kind' | 'access' | 'params' | 'query' | 'body' | 'reply' | 'status' | 'handle'> &
    Typed<A, Params, Query> & {
      readonly status?: number
      readonly body?: Body
      readonly reply?: Reply
      handle(
        context: ContextOf<A, Params, Query, z.output<Body>> & { readonly stream: EventStream },
      ): Promise<void | Replied<Reply>>
    },
): SseRoute {
  return { kind: 'sse', status: 200, reply: null, ...definition } as unknown as SseRoute
}

type BodyAs<As extends AcceptedBytes['as'] | 'none'> = As extends 'buffer' ? Buffer : As extends 'stream' ? Readable : undefined

/** Declares a route whose bytes, in or out, are not JSON: files, uploads, signed webhooks. */
export function rawRoute<
  A extends Access,
  Params extends z.ZodType = z.ZodUndefined,
  Query extends z.ZodType = z.ZodUndefined,
  As extends AcceptedBytes['as'] | 'none' = 'none',
>(
  definition: Omit<RawRoute, 'kind' | 'access' | 'params' | 'query' | 'accepts' | 'handle'> &
    Typed<A, Params, Query> & {
      readonly accepts?: AcceptedBytes & { readonly as: As }
      handle(context: ContextOf<A, Params, Query, BodyAs<As>>): Promise<Bytes | Answer<unknown>>
    },
): RawRoute {
  return { kind: 'raw', ...definition } as unknown as RawRoute
}

/**
 * Mounts a handler that speaks the web's own Request and Response and answers for its paths alone.
 *
 * It is given the whole body unparsed, at most 1 MB, and the client's address as `x-client-ip`, which no
 * client can set. The shell still adds its headers and refuses changes asked for by other sites.
 */
export function mountHandler(definition: Omit<Mount, 'kind' | 'documents'> & Partial<Pick<Mount, 'documents'>>): Mount {
  return { kind: 'mount', documents: [], ...definition }
}
