import { createHash, timingSafeEqual } from 'node:crypto'
import type { Actor, Identify } from '#platform/http'

/** Whom the command line's requests stand for: nobody's account. */
const NOBODY = '00000000-0000-0000-0000-000000000000'
const FORWARDED = ['forwarded', 'via', 'x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto', 'x-real-ip'] as const
const OS_USER = /^[\w.@-]{1,64}$/

/** Says who is at the command line. */
export const OPERATOR_HEADER = 'x-cooly-operator'

export function operatorActor(osUser: string): Actor {
  return { userId: `cli:${osUser}`, accountId: NOBODY, role: 'admin', email: '', via: 'key' }
}

/**
 * Lets in whoever can read the key, which lies in the data directory for its owner alone: the command line on this machine, as an admin.
 *
 * Only for the operator's part of the interface, and only straight from this machine: a request that a proxy passed on is not from its command line. The
 * comparison takes the same time whatever is wrong.
 */
export class OperatorKey {
  readonly #digest: Buffer

  constructor(key: string) {
    this.#digest = digest(key)
  }

  /** Who it is; null for everything else, which may be somebody all the same. */
  identify(request: Parameters<Identify>[0]): Actor | null {
    const { authorization, [OPERATOR_HEADER]: name } = request.headers
    const given = /^Bearer ([\w-]{1,200})$/.exec(authorization ?? '')?.[1]
    if (given === undefined || !timingSafeEqual(digest(given), this.#digest)) return null
    if (!request.url.startsWith('/api/admin/') || !isFromHere(request)) return null
    return typeof name === 'string' && OS_USER.test(name) ? operatorActor(name) : null
  }
}

function isFromHere({ headers, raw }: Parameters<Identify>[0]): boolean {
  const address = raw.socket.remoteAddress ?? ''
  return /^(::ffff:)?127\.|^::1$/.test(address) && FORWARDED.every((name) => headers[name] === undefined)
}

function digest(key: string): Buffer {
  return createHash('sha256').update(key).digest()
}
