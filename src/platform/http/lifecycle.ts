import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Metrics } from '#platform/telemetry'
import { MalformedHttp, MethodUnknown, NotFound, ServerDraining } from './errors.ts'
import { sendProblem } from './exchange.ts'
import { JSON_BYTES_MAX } from './json-body.ts'
import { toRefusal } from './problem.ts'
import { REQUEST_ID_HEADER } from './request-id.ts'
import { STRICT_TRANSPORT } from './security-headers.ts'
import type { Traffic } from './traffic.ts'
import { isApiPath, type WebGate } from './web-app.ts'

export interface LifecycleParts {
  readonly headers: Readonly<Record<string, string>>
  readonly production: boolean
  readonly traffic: Traffic
  readonly metrics: Metrics
  readonly web: WebGate | undefined
}

const NO_BODY = { bytesMax: JSON_BYTES_MAX, mediaTypes: [] }

/** What happens to every request, whatever it asks for: headers, counting, one log line, errors as problems. */
export function addLifecycle(app: FastifyInstance, parts: LifecycleParts): void {
  app.decorateRequest('actor', null)
  app.decorateRequest('problemCode', undefined)
  app.addHook('onRequest', (request, reply, next) => {
    begin(request, reply, parts)
    if (request.is404 && parts.web !== undefined && !isApiPath(pathOf(request))) {
      // Answered outside the framework, before it would read the body.
      if (parts.traffic.state !== 'closing') return void parts.web.answer(request, reply)
    }
    next(refuseAtTheDoor(request, parts.traffic))
  })
  app.setNotFoundHandler((request) => {
    throw app.supportedMethods.includes(request.method) ? new NotFound({}) : new MethodUnknown({})
  })
  app.setErrorHandler((error, request, reply) => {
    const refusal = toRefusal(error, request.routeOptions.config.accepted ?? NO_BODY)
    if (refusal.kind === 'bug') request.log.error({ err: refusal.cause ?? refusal }, 'a request failed')
    else if (refusal.kind === 'unavailable' && refusal.cause !== undefined) request.log.warn({ err: refusal.cause, code: refusal.code }, 'something that is needed does not answer')
    else if (refusal.cause !== undefined) request.log.debug({ err: refusal.cause, code: refusal.code }, 'refused')
    return sendProblem(reply, refusal)
  })
}

/** Answers an address the router cannot read. No hook has run, so this says what they would have. */
export function answerBadAddress(error: Error, request: FastifyRequest, reply: FastifyReply, headers: Readonly<Record<string, string>>): void {
  const refusal = toRefusal(error, NO_BODY)
  request.log.info({ method: request.method, status: 400, code: refusal.code }, 'request')
  reply.headers(headers).header(REQUEST_ID_HEADER, request.id)
  void sendProblem(reply, refusal)
}

function begin(request: FastifyRequest, reply: FastifyReply, { headers, production, traffic, metrics }: LifecycleParts): void {
  const started = performance.now()
  reply.headers(headers).header(REQUEST_ID_HEADER, request.id)
  if (production && request.protocol === 'https') reply.headers(STRICT_TRANSPORT)
  // Pages and their files say for themselves how long they keep.
  if (!request.is404 || isApiPath(pathOf(request))) reply.header('cache-control', 'no-store')
  if (traffic.state === 'closing') reply.header('connection', 'close')
  traffic.track(reply.raw, () => report(request, reply, performance.now() - started, metrics))
}

function refuseAtTheDoor(request: FastifyRequest, traffic: Traffic): Error | undefined {
  if (traffic.state === 'closing' && request.routeOptions.config.operational !== true) return new ServerDraining({})
  if (request.headers.host === undefined && request.raw.httpVersion === '1.1') return new MalformedHttp({ reason: 'The Host header is missing.' })
  return hasEmptyParameter(request.params as Record<string, string>) ? new NotFound({}) : undefined
}

/** The router takes `/api/things/` for `/api/things/:id` with an empty id, which names nothing. */
function hasEmptyParameter(params: Readonly<Record<string, string>>): boolean {
  for (const name in params) if (params[name] === '' && name !== '*') return true
  return false
}

function report(request: FastifyRequest, reply: FastifyReply, durationMs: number, metrics: Metrics): void {
  const { template, operational } = request.routeOptions.config
  const { method, actor, problemCode } = request
  const route = template ?? (isApiPath(pathOf(request)) ? 'unmatched' : 'web')
  const status = reply.raw.statusCode
  metrics.observeRequest({ method, route, status, seconds: durationMs / 1_000 })
  const line = {
    method,
    route,
    status,
    durationMs: Math.round(durationMs * 10) / 10,
    ...(actor === null ? {} : { actorId: actor.userId }),
    ...(problemCode === undefined ? {} : { code: problemCode }),
    ...(reply.raw.writableFinished ? {} : { abandoned: true }),
  }
  if (operational === true || route === 'web') request.log.debug(line, 'request')
  else request.log.info(line, 'request')
}

function pathOf(request: FastifyRequest): string {
  const url = request.url
  const query = url.indexOf('?')
  return query === -1 ? url : url.slice(0, query)
}
