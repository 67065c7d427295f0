import { createHmac, timingSafeEqual } from 'node:crypto'
import { type ClipPlan, Clips } from '../clips/index.ts'
import type { PicturePlan } from '../pictures/index.ts'
import { type Flaw, PictureDesk } from '../simulation/index.ts'

/** What an address delivers; `flaw` is set for the faults in which it delivers something else. */
export type Output = Picture | Clip

export interface Picture {
  readonly plan: PicturePlan
  readonly format: 'jpeg' | 'png'
  readonly transparent?: true
  readonly flaw: Flaw | null
}

export interface Clip {
  readonly clip: ClipPlan
  readonly part: 'video' | 'last-frame'
  readonly flaw: Flaw | null
}

export type Fetched =
  | { readonly kind: 'output'; readonly bytes: Buffer; readonly contentType: string }
  | { readonly kind: 'flawed'; readonly flaw: Flaw; readonly contentType: string }
  | { readonly kind: 'expired' | 'unknown' }

const FOLDER = '/simulator/outputs/'
/** Signs addresses so that a changed one is noticed. It guards nothing: what it signs is a drawing. */
const KEY = 'simulated'
const KEPT_BYTES_MAX = 48 * 1024 * 1024
const PIXELS_MAX = 16_777_216

/**
 * The simulated bucket. An address holds all that is needed to draw its picture again, so nothing has
 * to be stored: after a restart every address works as it did before, until it expires.
 */
export class Outputs {
  readonly #clips = new Clips()
  readonly #desk: PictureDesk
  readonly #kept = new Map<string, Buffer>()
  readonly #underWay = new Map<string, Promise<Buffer>>()
  #keptBytes = 0

  constructor(pictures: 'scenes' | 'plain') {
    this.#desk = new PictureDesk(pictures)
  }

  /** An address below the origin that opens the output until `expiresAt` (in seconds). */
  addressOf(output: Output, expiresAt: number): string {
    const name = Buffer.from(JSON.stringify(output)).toString('base64url')
    return `${FOLDER}${name}.${extensionOf(output)}?expires=${expiresAt}&signature=${sign(name, expiresAt)}`
  }

  /** Draws the output, or hands over what was drawn before. */
  render(output: Output): Promise<Buffer> {
    if ('clip' in output) return output.part === 'video' ? this.#clips.render(output.clip) : this.#clips.lastFrame(output.clip)
    const key = JSON.stringify(output)
    const known = this.#kept.get(key)
    if (known !== undefined) return Promise.resolve(known)
    const drawing = this.#underWay.get(key) ?? this.#desk.draw(output)
    this.#underWay.set(key, drawing)
    void drawing.then((bytes) => this.#keep(key, bytes), () => undefined).finally(() => this.#underWay.delete(key))
    return drawing
  }

  static isAddress(path: string): boolean {
    return path.startsWith(FOLDER)
  }

  async fetch(url: URL, nowMs: number): Promise<Fetched> {
    const name = url.pathname.slice(FOLDER.length).replace(/\.(jpeg|png|mp4)$/, '')
    const expiresAt = Number(url.searchParams.get('expires'))
    if (!isSigned(name, expiresAt, url.searchParams.get('signature') ?? '')) return { kind: 'unknown' }
    if (expiresAt * 1000 <= nowMs) return { kind: 'expired' }
    const output = JSON.parse(Buffer.from(name, 'base64url').toString()) as Output
    const { width, height } = 'clip' in output ? output.clip.picture : output.plan
    if (width * height > PIXELS_MAX) return { kind: 'unknown' }
    const contentType = CONTENT_TYPES[extensionOf(output)]
    if (output.flaw !== null) return { kind: 'flawed', flaw: output.flaw, contentType }
    return { kind: 'output', bytes: await this.render(output), contentType }
  }

  /** Ends the thread that encodes. */
  async close(): Promise<void> {
    await this.#clips.close()
  }

  /** Forgets the oldest pictures beyond the limit; they can be drawn again. */
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

const CONTENT_TYPES = { jpeg: 'image/jpeg', png: 'image/png', mp4: 'video/mp4' } as const

function extensionOf(output: Output): keyof typeof CONTENT_TYPES {
  if ('clip' in output) return output.part === 'video' ? 'mp4' : 'png'
  return output.format
}

function sign(name: string, expiresAt: number): string {
  return createHmac('sha256', KEY).update(`${name}:${expiresAt}`).digest('base64url')
}

function isSigned(name: string, expiresAt: number, signature: string): boolean {
  const [given, right] = [Buffer.from(signature), Buffer.from(sign(name, expiresAt))]
  return given.length === right.length && timingSafeEqual(given, right)
}
