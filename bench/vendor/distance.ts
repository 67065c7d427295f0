/** Puts a distance between a caller and a server on this machine, as there is to a vendor. */
import { once } from 'node:events'
import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { setTimeout as delay } from 'node:timers/promises'

export interface Distance {
  readonly url: string
  close(): void
}

export interface DistanceOptions {
  /** For how long every request is held back. */
  readonly roundTripMs: number
  /** How long the bytes of a picture are on their way. At once when left out. */
  readonly pictureMs?: number
}

const SLICES = 20

export async function openDistance(to: string, { roundTripMs, pictureMs = 0 }: DistanceOptions): Promise<Distance> {
  const target = new URL(to)
  const pass = (incoming: IncomingMessage, response: ServerResponse) => {
    const outgoing = request({ host: target.hostname, port: target.port, method: incoming.method, path: incoming.url, headers: incoming.headers }, (answer) => {
      response.writeHead(answer.statusCode!, answer.headers)
      const slow = pictureMs > 0 && answer.headers['content-type']?.startsWith('image/') === true
      if (slow) void dribble(answer, response, pictureMs)
      else answer.pipe(response)
    })
    outgoing.once('error', () => response.destroy())
    incoming.pipe(outgoing)
  }
  const server = createServer((incoming, response) => void setTimeout(pass, roundTripMs, incoming, response)).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const close = () => {
    server.closeAllConnections()
    server.close()
  }
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close }
}

async function dribble(answer: IncomingMessage, response: ServerResponse, ms: number): Promise<void> {
  const bytes = await buffer(answer)
  const size = Math.ceil(bytes.length / SLICES)
  for (let from = 0; from < bytes.length; from += size) {
    await delay(ms / SLICES)
    response.write(bytes.subarray(from, from + size))
  }
  response.end()
}
