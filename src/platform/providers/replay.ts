import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'

export interface Received {
  readonly method: string
  readonly url: string
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

export interface Replay {
  readonly origin: string
  /** Every request so far, the oldest first. */
  readonly received: readonly Received[]
  /** From now on every request is answered so. */
  respond(answer: (response: ServerResponse, request: Received) => void): void
  /** The same, for an answer in JSON that may be a text already. */
  answers(body: unknown, options?: { status?: number; headers?: Record<string, string> }): void
  close(): void
}

/** For contract tests: a vendor that says what was recorded, and remembers what it was sent. */
export async function startReplay(): Promise<Replay> {
  const received: Received[] = []
  let respond: (response: ServerResponse, request: Received) => void = (response) => response.end()
  const server = createServer((request, response) => {
    void buffer(request).then((body) => {
      const one = { method: request.method ?? '', url: request.url ?? '', headers: request.headers, body }
      received.push(one)
      respond(response, one)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    respond: (next) => {
      respond = next
    },
    answers: (body, { status = 200, headers = {} } = {}) => {
      const text = typeof body === 'string' ? body : JSON.stringify(body)
      respond = (response) => response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(text)
    },
    close: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}

/** The outline of a JSON value: names and kinds, no contents. */
export function shapeOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(shapeOf)
  if (value === null) return null
  if (typeof value !== 'object') return typeof value
  return Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([key, part]) => [key, shapeOf(part)]))
}
