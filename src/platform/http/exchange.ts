import type { ServerResponse } from 'node:http'
import type { FastifyReply } from 'fastify'
import { PROBLEM_TYPE, renderProblem, type AcceptedBody } from './problem.ts'
import type { Refusal } from '#lib/errors'
import type { Actor } from './actor.ts'
import type { OwnRoute } from './route.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** Who asks, once the route's guard has let them in. */
    actor: Actor | null
    /** The code of the problem this request was answered with, for its log line. */
    problemCode: string | undefined
  }
  interface FastifyContextConfig {
    /** The route this handler belongs to, when it is one of ours. */
    own?: OwnRoute
    /** What the route's log lines and metrics are filed under. */
    template?: string
    accepted?: AcceptedBody
    operational?: boolean
  }
}

/** Answers with a problem, in the shape the route's contract asks for. */
export function sendProblem(reply: FastifyReply, refusal: Refusal): FastifyReply {
  const { request } = reply
  request.problemCode = refusal.code
  const { problem, headers } = renderProblem(refusal, request.id)
  const reshape = request.routeOptions.config.own?.renderProblem
  const type = reshape === undefined ? PROBLEM_TYPE : 'application/json; charset=utf-8'
  return reply
    .code(problem.status)
    .headers(headers)
    .type(type)
    .send(JSON.stringify(reshape === undefined ? problem : reshape(problem)))
}

/** Takes the answer over from the framework, keeping the headers that were set so far. */
export function takeOver(reply: FastifyReply): ServerResponse {
  const headers = reply.getHeaders()
  reply.hijack()
  for (const [name, value] of Object.entries(headers)) if (value !== undefined) reply.raw.setHeader(name, value)
  return reply.raw
}

/** A signal that is aborted when the client leaves before the answer is complete. */
export function clientGone(response: ServerResponse): AbortSignal {
  const gone = new AbortController()
  const check = () => {
    if (!response.writableFinished) gone.abort()
  }
  if (response.destroyed) check()
  else response.once('close', check)
  return gone.signal
}
