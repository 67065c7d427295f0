import { Readable } from 'node:stream'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { z } from 'zod'
import { MalformedHttp, UnsupportedMediaType } from './errors.ts'
import { clientGone } from './exchange.ts'
import { readInput } from './input.ts'
import { parseJsonBody } from './json-body.ts'

export const CLIENT_ADDRESS_HEADER = 'x-client-ip'

/** Hands a request to a foreign handler in the web's own terms, and answers what it answers. */
export async function answerMounted(
  handle: (request: Request) => Promise<Response>,
  publicUrl: string | undefined,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const response = await handle(toWebRequest(request, publicUrl, clientGone(reply.raw)))
  reply.code(response.status)
  for (const [name, value] of response.headers) if (name !== 'set-cookie') reply.header(name, value)
  const cookies = response.headers.getSetCookie()
  if (cookies.length > 0) reply.header('set-cookie', cookies)
  return reply.send(response.body === null ? undefined : Readable.fromWeb(response.body))
}

/**
 * The body of a request that a mounted handler was given, which can be read again: JSON, held to what the shell holds every body to and to the schema.
 * Undefined where there is none. Refuses as a route of ours would.
 */
export async function readMountedJson<Body extends z.ZodType>(request: Request, schema: Body): Promise<z.output<Body> | undefined> {
  const bytes = Buffer.from(await request.clone().arrayBuffer())
  if (bytes.length === 0) return undefined
  if (!JSON_TYPE.test(request.headers.get('content-type') ?? '')) throw new UnsupportedMediaType({ accepted: ['application/json'] })
  return readInput({ body: schema }, { params: {}, queryString: '', body: parseJsonBody(bytes) }).body as z.output<Body>
}

const JSON_TYPE = /^application\/json\s*(;|$)/i

function toWebRequest(request: FastifyRequest, publicUrl: string | undefined, signal: AbortSignal): Request {
  const headers = new Headers()
  for (const [name, value] of Object.entries(request.headers)) {
    for (const item of Array.isArray(value) ? value : [value]) if (item !== undefined) headers.append(name, item)
  }
  headers.set(CLIENT_ADDRESS_HEADER, request.ip)
  // The configured address wins over the Host header, which mails with links would otherwise repeat.
  const url = URL.parse(request.url, publicUrl ?? `${request.protocol}://${request.host}`)
  // A host with a person before it is an address, but none that a web request may have.
  if (url === null || url.username !== '' || url.password !== '') throw new MalformedHttp({ reason: 'The Host header is not a host.' })
  const body = request.body instanceof Buffer && request.body.length > 0 ? new Uint8Array(request.body) : null
  return new Request(url, { method: request.method, headers, body, signal })
}
