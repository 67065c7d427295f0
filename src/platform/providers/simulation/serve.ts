import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Dice } from './dice.ts'

/** One simulated vendor, as it stands beside others on one port. */
export interface SimulatedVendor {
  /** How its paths begin: `/openai`. An empty one takes what no other vendor has. */
  readonly prefix: string
  handle(request: IncomingMessage, response: ServerResponse): Promise<void>
  /** What it would have billed, as plain JSON; also `GET {prefix}/simulator/stats`. */
  stats(): unknown
  /** Ends what it has under way. */
  close(): void
}

export interface SimulatorServer {
  /** Its origin. A vendor's own base URL begins with this and the prefix. */
  readonly url: string
  readonly port: number
  /** Ends every call under way; their callers see the connection break. */
  close(): Promise<void>
}

export interface ServeOptions {
  readonly host: string
  readonly port: number
  /** Decide about faults that nobody asked for. None when left out. */
  readonly dice?: Dice | undefined
}

/** Serves simulated vendors on one port, 0 for a free one. Rejects when the port is taken. */
export async function serveVendors(vendors: readonly SimulatedVendor[], { host, port, dice }: ServeOptions): Promise<SimulatorServer> {
  const inTurn = vendors.toSorted((a, b) => b.prefix.length - a.prefix.length)
  const server = createServer((request, response) => {
    dice?.throwFor(request)
    void answer(inTurn, request, response)
  })
  server.listen(port, host)
  await once(server, 'listening')
  const address = server.address() as AddressInfo
  const reached = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host
  return {
    url: `http://${reached.includes(':') ? `[${reached}]` : reached}:${address.port}`,
    port: address.port,
    close: () => close(server, vendors),
  }
}

async function answer(vendors: readonly SimulatedVendor[], request: IncomingMessage, response: ServerResponse): Promise<void> {
  const path = URL.parse(request.url ?? '/', 'http://simulator')?.pathname
  // Nobody awaits this answer: an error of it would end the process for everybody.
  if (path === undefined) return void response.writeHead(400).end()
  const vendor = vendors.find(({ prefix }) => path === prefix || path.startsWith(`${prefix}/`))
  if (vendor === undefined) return void response.writeHead(404).end()
  if (request.method === 'GET' && path === `${vendor.prefix}/simulator/stats`) {
    response.writeHead(200, { 'content-type': 'application/json' })
    return void response.end(JSON.stringify(vendor.stats()))
  }
  await vendor.handle(request, response).catch(() => response.destroy())
}

async function close(server: Server, vendors: readonly SimulatedVendor[]): Promise<void> {
  for (const vendor of vendors) vendor.close()
  const closed = once(server, 'close')
  server.close()
  server.closeAllConnections()
  await closed
}
