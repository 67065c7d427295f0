import assert from 'node:assert/strict'
import { once } from 'node:events'
import type { ServerResponse } from 'node:http'

/** A client that does not read is dropped once this much waits for it; it resumes from its last event id. */
const WAITING_BYTES_MAX = 1024 * 1024

export interface StreamEvent {
  readonly id?: string
  readonly event?: string
  /** Text as it is; everything else as JSON. */
  readonly data: unknown
}

/** Server-sent events to one client. */
export interface EventStream {
  /** Begins the answer; sending does it too. */
  open(): void
  /**
   * Sends one event. Resolves when the client may be sent the next one, and also when it has left:
   * `closed` tells. Never rejects.
   */
  send(event: StreamEvent): Promise<void>
  /** Sends a line that clients ignore. */
  comment(text: string): void
  /** Aborted when the client leaves or the server drains. Nothing sent after that arrives. */
  readonly closed: AbortSignal
  /** The id of the last event the client has seen, when it reconnects. */
  readonly lastEventId: string | null
}

const STREAM_HEADERS = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-cache, no-transform',
  'x-accel-buffering': 'no',
}

export interface HttpEventStreamOptions {
  readonly response: ServerResponse
  readonly lastEventId: string | null
  readonly heartbeatMs: number
  /** Called once, before the first byte: takes the answer over from the framework. */
  readonly begin: (headers: Readonly<Record<string, string>>) => void
}

/** The stream of one HTTP answer. Ends when its handler returns, its client leaves, or the server drains. */
export class HttpEventStream implements EventStream {
  readonly lastEventId: string | null
  readonly #response: ServerResponse
  readonly #begin: HttpEventStreamOptions['begin']
  readonly #closing = new AbortController()
  readonly #heartbeat: NodeJS.Timeout
  #open = false
  /** One wait for all who send meanwhile. */
  #drained: Promise<unknown> | undefined

  constructor(options: HttpEventStreamOptions) {
    this.lastEventId = options.lastEventId
    this.#response = options.response
    this.#begin = options.begin
    this.#heartbeat = setInterval(() => this.comment('still here'), options.heartbeatMs)
    options.response.once('close', () => this.stop())
  }

  get closed(): AbortSignal {
    return this.#closing.signal
  }

  get begun(): boolean {
    return this.#open
  }

  open(): void {
    if (this.#open || this.closed.aborted) return
    this.#open = true
    this.#begin(STREAM_HEADERS)
    this.#response.flushHeaders()
  }

  async send({ id, event, data }: StreamEvent): Promise<void> {
    this.open()
    const body = typeof data === 'string' ? data : JSON.stringify(data)
    await this.#write(field('event', event) + field('id', id) + lines('data: ', body) + '\n')
  }

  comment(text: string): void {
    this.open()
    void this.#write(lines(': ', text) + '\n')
  }

  /** Ends the answer if it has begun. Safe to repeat. */
  end(): void {
    this.stop()
    if (this.#open) this.#response.end()
  }

  /** Cuts a begun answer off after what was sent, so that the client can tell a failure from an end. */
  fail(): void {
    this.stop()
    this.#response.write('\n', () => this.#response.destroy())
  }

  /** Gives up its timer and tells the handler. Safe to repeat. */
  stop(): void {
    clearInterval(this.#heartbeat)
    if (!this.closed.aborted) this.#closing.abort()
  }

  async #write(text: string): Promise<void> {
    const response = this.#response
    if (this.closed.aborted || response.write(text)) return
    if (response.writableLength > WAITING_BYTES_MAX) return void response.destroy()
    this.#drained ??= once(response, 'drain', { signal: this.closed })
      .catch(() => undefined) // It closed instead, which ends the wait as well.
      .finally(() => (this.#drained = undefined))
    await this.#drained
  }
}

function field(name: 'id' | 'event', value: string | undefined): string {
  if (value === undefined) return ''
  assert(!/[\r\n\0]/.test(value), `the ${name} of an event is one line`)
  return `${name}: ${value}\n`
}

function lines(prefix: string, text: string): string {
  return text.split(/\r\n|\r|\n/).map((line) => `${prefix}${line}\n`).join('')
}
