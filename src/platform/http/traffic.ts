import type { Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

interface Endable {
  end(): void
}

/**
 * What is going through the server right now, so that it can stop without cutting anything off.
 *
 * `serving` → `draining` (still answers, but says it is not ready) → `closing` (no new connection, new
 * requests on old ones are refused).
 */
export class Traffic {
  readonly #server: Server
  readonly #sockets = new Set<Socket>()
  readonly #answers = new Set<ServerResponse>()
  readonly #streams = new Set<Endable>()
  #state: 'serving' | 'draining' | 'closing' = 'serving'

  constructor(server: Server) {
    this.#server = server
    server.on('connection', (socket) => {
      this.#sockets.add(socket)
      socket.once('close', () => this.#sockets.delete(socket))
    })
  }

  get state(): 'serving' | 'draining' | 'closing' {
    return this.#state
  }

  /** Counts an answer until its connection is done with it, completed or not; then calls `done`. */
  track(response: ServerResponse, done: () => void): void {
    this.#answers.add(response)
    response.once('close', () => {
      this.#answers.delete(response)
      done()
      // One that had begun before the closing could not tell its client to go, and its connection would stay open until the grace is over.
      if (this.#state === 'closing') setImmediate(() => this.#server.closeIdleConnections())
    })
  }

  /** Ends this stream when the server closes. Call the returned function when it ended by itself. */
  trackStream(stream: Endable): () => void {
    this.#streams.add(stream)
    return () => this.#streams.delete(stream)
  }

  drain(): void {
    if (this.#state === 'serving') this.#state = 'draining'
  }

  /** Stops listening, waits for what is under way, then cuts off the rest. True when nothing was cut off. */
  async close(graceMs: number): Promise<boolean> {
    this.#state = 'closing'
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()))
    this.#server.closeIdleConnections()
    for (const stream of this.#streams) stream.end()
    // Their connections would stay open, idle, until the client thinks of something.
    for (const answer of this.#answers) if (!answer.headersSent) answer.setHeader('connection', 'close')
    const clean = await settlesWithin(closed, graceMs)
    if (!clean) for (const socket of this.#sockets) socket.destroy()
    await closed
    return clean
  }
}

async function settlesWithin(promise: Promise<void>, milliseconds: number): Promise<boolean> {
  const late = Promise.withResolvers<boolean>()
  const timer = setTimeout(() => late.resolve(false), milliseconds)
  const inTime = await Promise.race([promise.then(() => true), late.promise])
  clearTimeout(timer)
  return inTime
}
