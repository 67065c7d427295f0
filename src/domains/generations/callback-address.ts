import { createHmac, timingSafeEqual } from 'node:crypto'
import type { VideoProvider } from '#platform/providers'

const PURPOSE = 'callback of a provider'
const TOKEN = /^([0-9a-f]{32})([\w-]{43})$/

/**
 * Addresses to which providers may tell of changes of a task: another one for each call, which nobody can guess and nothing has to be kept for.
 *
 * The same secret has to be known to whoever makes them and whoever is called.
 */
export class CallbackAddresses {
  readonly #key: Buffer
  readonly #publicUrl: string | null

  /** `publicUrl` is where this program can be reached from outside; without it nobody is given an address. */
  constructor(secret: string, publicUrl: string | null) {
    this.#key = createHmac('sha256', secret).update(PURPOSE).digest()
    this.#publicUrl = publicUrl
  }

  /** Undefined for a provider that takes none, or that could not reach it: vendors are given https only. */
  addressFor(provider: Pick<VideoProvider, 'name' | 'simulated' | 'readCallback'>, attemptId: string): string | undefined {
    const reachable = this.#publicUrl !== null && (provider.simulated || this.#publicUrl.startsWith('https://'))
    if (!reachable || provider.readCallback === undefined) return undefined
    return `${this.#publicUrl}/api/webhooks/providers/${provider.name}/${attemptId.replaceAll('-', '')}${this.#sign(provider.name, attemptId)}`
  }

  /** The call that the token was made for; null for a token that is none of ours. */
  readToken(provider: string, token: string): string | null {
    const [, hex, signature] = TOKEN.exec(token) ?? []
    if (hex === undefined || signature === undefined) return null
    const attemptId = hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
    return timingSafeEqual(Buffer.from(signature), Buffer.from(this.#sign(provider, attemptId))) ? attemptId : null
  }

  #sign(provider: string, attemptId: string): string {
    return createHmac('sha256', this.#key).update(`${provider} ${attemptId}`).digest('base64url')
  }
}
