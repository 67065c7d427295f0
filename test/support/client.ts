/** A client of the HTTP interface, as a program or a browser without a page would be one. */
import assert from 'node:assert/strict'
import { setTimeout as delay } from 'node:timers/promises'
import { inspect } from 'node:util'

export interface GenerationBody {
  readonly id: string
  readonly status: 'queued' | 'running' | 'succeeded' | 'failed' | 'cancelled'
  readonly simulated: boolean
  readonly credits: { held: number; captured: number; released: number }
  readonly outputs: readonly { id: string; index: number; url: string; contentType: string; bytes: number; width: number; height: number }[]
  readonly failures: readonly { index: number; code: string; message: string }[]
  readonly error: { code: string; message: string } | null
  readonly attempts: number
  readonly timing: { queueMs: number; providerMs: number; transferMs: number; totalMs: number; spans: { name: string; index?: number; durationMs: number }[] } | null
  readonly urls: { get: string; events: string; cancel: string }
}

export class Client {
  readonly address: string
  /** Of the session. */
  cookie = ''

  constructor(address: string) {
    this.address = address
  }

  /** Signs up and stays signed in. Answers the account's id. */
  async signUp(email = `${crypto.randomUUID()}@example.com`, password = 'a-long-password'): Promise<string> {
    await this.#authenticate('/api/auth/sign-up/email', { name: 'Test', email, password })
    return (await this.json<{ accountId: string }>('GET', '/api/me')).accountId
  }

  async signIn(email: string, password: string): Promise<void> {
    await this.#authenticate('/api/auth/sign-in/email', { email, password })
  }

  async #authenticate(path: string, body: object): Promise<void> {
    const response = await this.fetch('POST', path, { body })
    assert.equal(response.status, 200, await response.clone().text())
    this.cookie = response.headers.getSetCookie().map((line) => line.split(';')[0]).join('; ')
  }

  fetch(method: string, path: string, { body, headers = {}, signal = null }: { body?: unknown; headers?: Record<string, string>; signal?: AbortSignal | null } = {}): Promise<Response> {
    return fetch(`${this.address}${path}`, {
      method,
      redirect: 'manual',
      signal,
      headers: {
        ...(this.cookie === '' ? {} : { cookie: this.cookie }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
  }

  /** A form, or bytes that claim to be one. */
  postForm(path: string, body: FormData | Uint8Array, headers: Record<string, string> = {}): Promise<Response> {
    return fetch(`${this.address}${path}`, { method: 'POST', headers: { cookie: this.cookie, ...headers }, body: body as FormData })
  }

  /** The parsed body of a successful answer. */
  async json<T>(method: string, path: string, options: { body?: unknown; headers?: Record<string, string> } = {}): Promise<T> {
    const response = await this.fetch(method, path, options)
    const text = await response.text()
    assert(response.ok, `${method} ${path}: ${response.status} ${text}`)
    return JSON.parse(text) as T
  }

  async generate(body: object, key?: string): Promise<GenerationBody> {
    const headers = key === undefined ? {} : { 'idempotency-key': key }
    return this.json('POST', '/api/images/seedream4/generate', { body, headers })
  }

  credits(): Promise<{ available: number; held: number }> {
    return this.json('GET', '/api/credits')
  }

  /**
   * The generation once it has ended. Follows its events and, because the server may be killed meanwhile, asks
   * again until it answers.
   */
  async ended(id: string, withinMs = 90_000): Promise<GenerationBody> {
    const deadline = Date.now() + withinMs
    for (;;) {
      await this.#follow(id, AbortSignal.timeout(Math.max(1, deadline - Date.now()))).catch(() => undefined)
      const generation = await this.json<GenerationBody>('GET', `/api/generations/${id}`).catch((error: unknown) => new Error('cannot be read', { cause: error }))
      if (!(generation instanceof Error) && !['queued', 'running'].includes(generation.status)) return generation
      assert(Date.now() < deadline, `generation ${id} has not ended: ${generation instanceof Error ? inspect(generation) : JSON.stringify(generation)}`)
      // Only reached when the stream broke: the server is being restarted.
      await delay(100)
    }
  }

  async #follow(id: string, signal: AbortSignal): Promise<void> {
    for await (const _ of this.events(id, undefined, signal)) continue
  }

  /** The events of a generation from the stream, until it ends. */
  async *events(id: string, lastEventId?: string, signal: AbortSignal | null = null): AsyncGenerator<{ id: string; event: string; data: Record<string, unknown> }> {
    const headers = lastEventId === undefined ? {} : { 'last-event-id': lastEventId }
    const response = await this.fetch('GET', `/api/generations/${id}/events`, { headers, signal })
    assert.equal(response.status, 200)
    let text = ''
    for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
      text += chunk
      for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
        const fields = new Map(text.slice(0, end).split('\n').map((line) => line.split(/: (.*)/s, 2) as [string, string]))
        text = text.slice(end + 2)
        if (fields.has('data')) yield { id: fields.get('id')!, event: fields.get('event')!, data: JSON.parse(fields.get('data')!) as Record<string, unknown> }
      }
    }
  }
}
