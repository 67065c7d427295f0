import { Readable } from 'node:stream'
import type { FastifyReply } from 'fastify'
import { Answer, Bytes, type BytesBody } from './answer.ts'
import type { OwnRoute } from './route.ts'

const JSON_TYPE = 'application/json; charset=utf-8'

/** Sends what a handler returned: its plain reply, or the answer it chose. */
export function respond(own: OwnRoute, reply: FastifyReply, result: unknown): FastifyReply {
  if (result instanceof Bytes) return respondBytes(own, reply, result)
  if (result instanceof Answer) {
    reply.headers(result.headers)
    return respondJson(reply, result.status ?? own.status, result.body)
  }
  return respondJson(reply, own.status, result)
}

function respondJson(reply: FastifyReply, status: number, body: unknown): FastifyReply {
  reply.code(status)
  if (body === undefined || body === null || status === 204) return reply.send()
  return reply.type(JSON_TYPE).send(JSON.stringify(body))
}

function respondBytes(own: OwnRoute, reply: FastifyReply, result: Bytes): FastifyReply {
  reply.code(result.status ?? own.status).headers(result.headers)
  if (result.contentType !== null) reply.type(result.contentType)
  return reply.send(reply.request.method === 'HEAD' ? bodyForHead(result.body) : (result.body ?? undefined))
}

/** The framework reads a stream to its end to answer HEAD, and calls no body a length of 0. */
function bodyForHead(body: BytesBody): BytesBody {
  if (body instanceof Readable) body.destroy()
  else if (body !== null) return body
  return Readable.from([])
}
