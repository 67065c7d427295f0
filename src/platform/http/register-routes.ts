import type { FastifyInstance, FastifyReply, FastifyRequest, RouteOptions } from 'fastify'
import { admit, refuseCrossSite, type Identify, type OriginSettings } from './actor.ts'
import { acceptBuffer, acceptStream } from './body-parsers.ts'
import { readContext } from './context.ts'
import { runDeclared } from './declared.ts'
import { ServerDraining } from './errors.ts'
import { HttpEventStream } from './event-stream.ts'
import { takeOver } from './exchange.ts'
import { JSON_BYTES_MAX } from './json-body.ts'
import { answerMounted } from './mount.ts'
import type { AcceptedBody } from './problem.ts'
import { respond } from './respond.ts'
import type { JsonRoute, Mount, OwnRoute, RawRoute, Route, SseRoute } from './route.ts'
import type { Traffic } from './traffic.ts'

export interface Shell {
  readonly identify: Identify
  readonly origins: OriginSettings
  readonly strict: boolean
  readonly heartbeatMs: number
  readonly traffic: Traffic
}

const JSON_BODY: AcceptedBody = { bytesMax: JSON_BYTES_MAX, mediaTypes: ['application/json'] }

/** Puts every declared route on the server: guard, body, handler, answer. */
export function registerRoutes(app: FastifyInstance, routes: readonly Route[], shell: Shell): void {
  for (const entry of routes) {
    if (entry.kind === 'mount') registerMount(app, entry, shell)
    else if (entry.kind === 'raw') registerRaw(app, entry, shell)
    else app.route(options(entry, shell, JSON_BODY))
  }
}

function options(own: OwnRoute, shell: Shell, accepted: AcceptedBody): RouteOptions {
  return {
    method: own.method,
    url: own.path,
    exposeHeadRoute: own.kind !== 'sse',
    bodyLimit: accepted.bytesMax,
    config: { own, accepted, template: own.path, operational: own.operational === true },
    onRequest: async (request) => {
      request.actor = await admit(own.access, request, shell.identify)
      refuseCrossSite(request, request.actor, shell.origins)
    },
    handler: own.kind === 'sse' ? sseHandler(own, shell) : handler(own, shell),
  }
}

function handler(own: JsonRoute | RawRoute, { strict }: Shell) {
  return async (request: FastifyRequest, reply: FastifyReply) => {
    const context = readContext(own, request, reply)
    const result = await runDeclared(own, { strict, log: request.log }, () => own.handle(context))
    return respond(own, reply, result)
  }
}

function sseHandler(own: SseRoute, shell: Shell) {
  return async (request: FastifyRequest, reply: FastifyReply) => {
    const context = readContext(own, request, reply)
    const stream = openStream(request, reply, shell.heartbeatMs)
    const untrack = shell.traffic.trackStream(stream)
    try {
      // Not a spread: that would read `signal`, which is made only when asked for.
      const withStream = Object.defineProperty(context, 'stream', { value: stream }) as typeof context & { stream: HttpEventStream }
      const result = await runDeclared(own, { strict: shell.strict, log: request.log }, () => own.handle(withStream))
      if (!stream.begun && result !== undefined) return await respond(own, reply, result)
      stream.open()
      if (!stream.begun) throw new ServerDraining({})
      stream.end()
    } catch (error) {
      if (!stream.begun) throw error
      request.log.error({ err: error, operation: own.operation }, 'stream failed after it began')
      stream.fail()
    } finally {
      untrack()
      stream.stop()
    }
    return reply
  }
}

function openStream(request: FastifyRequest, reply: FastifyReply, heartbeatMs: number): HttpEventStream {
  const lastEventId = request.headers['last-event-id']
  return new HttpEventStream({
    response: reply.raw,
    lastEventId: typeof lastEventId === 'string' && lastEventId !== '' ? lastEventId : null,
    heartbeatMs,
    begin: (headers) => void takeOver(reply.code(200).headers(headers)),
  })
}

function registerRaw(app: FastifyInstance, own: RawRoute, shell: Shell): void {
  const { accepts } = own
  const accepted = accepts ?? { bytesMax: JSON_BYTES_MAX, mediaTypes: [] }
  app.register(async (scope) => {
    if (accepts?.as === 'stream') acceptStream(scope, accepts.mediaTypes, accepts.bytesMax)
    else if (accepts !== undefined) acceptBuffer(scope, accepts.mediaTypes)
    scope.route(options(own, shell, accepted))
  })
}

function registerMount(app: FastifyInstance, mount: Mount, shell: Shell): void {
  const { publicUrl } = shell.origins
  app.register(async (scope) => {
    acceptBuffer(scope, ['*'])
    for (const url of mount.paths) {
      scope.route({
        method: [...mount.methods],
        url,
        bodyLimit: JSON_BYTES_MAX,
        config: { template: url, accepted: { bytesMax: JSON_BYTES_MAX, mediaTypes: ['*'] } },
        onRequest: async (request) => refuseCrossSite(request, null, shell.origins),
        handler: (request, reply) => answerMounted((web) => mount.handle(web), publicUrl, request, reply),
      })
    }
  })
}
