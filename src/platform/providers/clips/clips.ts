import { Worker } from 'node:worker_threads'
import type { ClipPlan } from './plan.ts'

/** What the thread is asked for: the clip as MP4, or its last frame as PNG. */
export interface ClipOrder {
  readonly id: number
  readonly kind: 'clip' | 'last-frame'
  readonly plan: ClipPlan
}

export type ClipReply = { readonly id: number } & ({ readonly bytes: Uint8Array } | { readonly error: string })

const KEPT_BYTES_MAX = 64 * 1024 * 1024

/** Makes clips in a thread, one after the other, and keeps the youngest. The thread starts with the first order. */
export class Clips {
  readonly #kept = new Map<string, Buffer>()
  readonly #ordered = new Map<string, Promise<Buffer>>()
  readonly #waiting = new Map<number, PromiseWithResolvers<Buffer>>()
  #worker: Worker | null = null
  #orders = 0
  #keptBytes = 0

  /** The clip as an MP4: H.264, FLAC where sound is planned, exactly of the planned size and duration. The same plan gives the same frames. */
  render(plan: ClipPlan): Promise<Buffer> {
    return this.#make('clip', plan)
  }

  /** The picture it ends with, as a PNG. */
  lastFrame(plan: ClipPlan): Promise<Buffer> {
    return this.#make('last-frame', plan)
  }

  /** Orders that are under way fail. */
  async close(): Promise<void> {
    await this.#worker?.terminate()
  }

  #make(kind: ClipOrder['kind'], plan: ClipPlan): Promise<Buffer> {
    const key = JSON.stringify([kind, plan])
    const known = this.#kept.get(key)
    if (known !== undefined) return Promise.resolve(known)
    const making = this.#ordered.get(key) ?? this.#order(kind, plan)
    this.#ordered.set(key, making)
    void making.then((bytes) => this.#keep(key, bytes), () => undefined).finally(() => this.#ordered.delete(key))
    return making
  }

  #order(kind: ClipOrder['kind'], plan: ClipPlan): Promise<Buffer> {
    const id = (this.#orders += 1)
    const waiting = Promise.withResolvers<Buffer>()
    this.#waiting.set(id, waiting)
    this.#worker ??= this.#start()
    this.#worker.ref()
    this.#worker.postMessage({ id, kind, plan } satisfies ClipOrder)
    return waiting.promise
  }

  #start(): Worker {
    const worker = new Worker(new URL('./encoder-worker.ts', import.meta.url))
    worker.on('message', (reply: ClipReply) => this.#settle(reply))
    worker.on('error', (error) => this.#failAll(worker, error))
    worker.on('exit', () => this.#failAll(worker, new Error('the encoder has ended')))
    return worker
  }

  #settle(reply: ClipReply): void {
    const waiting = this.#waiting.get(reply.id)
    this.#waiting.delete(reply.id)
    // A thread with nothing to do must not keep the process alive.
    if (this.#waiting.size === 0) this.#worker?.unref()
    if ('error' in reply) waiting?.reject(new Error(reply.error))
    else waiting?.resolve(Buffer.from(reply.bytes.buffer, reply.bytes.byteOffset, reply.bytes.byteLength))
  }

  #failAll(worker: Worker, error: unknown): void {
    if (this.#worker !== worker) return
    this.#worker = null
    for (const { reject } of this.#waiting.values()) reject(error)
    this.#waiting.clear()
  }

  #keep(key: string, bytes: Buffer): void {
    if (!this.#kept.has(key)) this.#keptBytes += bytes.length
    this.#kept.set(key, bytes)
    for (const [oldest, { length }] of this.#kept) {
      if (this.#keptBytes <= KEPT_BYTES_MAX) return
      this.#kept.delete(oldest)
      this.#keptBytes -= length
    }
  }
}
