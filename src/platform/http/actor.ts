import type { FastifyRequest } from 'fastify'
import { AuthForbidden, AuthRequired, CrossSite } from './errors.ts'

/** Who is asking, as far as HTTP is concerned. */
export interface Actor {
  readonly userId: string
  readonly accountId: string
  readonly role: Role
  readonly email: string
  /** A browser's cookie session, or a program's key. */
  readonly via: 'session' | 'key'
}

/** Each may do what those before it may: viewers see the console, operators have things tried again, admins throw away and move credits. */
export const roles = ['user', 'viewer', 'operator', 'admin'] as const
export type Role = (typeof roles)[number]

/** Who may enter: anybody, whoever is known, or who has at least that role. */
export type Access = 'public' | 'member' | Exclude<Role, 'user'>

/** Finds out who a request comes from; null for nobody. May refuse, for instance a revoked key. */
export type Identify = (request: FastifyRequest) => Promise<Actor | null>

export interface OriginSettings {
  /** The address people use, when it is configured: its origin counts as ours whatever `Host` says. */
  readonly publicUrl?: string | undefined
  /** Further origins whose pages may act for a signed-in person. */
  readonly trusted?: readonly string[]
}

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE'])

/** True when the actor has that role or a higher one. */
export function hasRole({ role }: Pick<Actor, 'role'>, least: Role): boolean {
  return roles.indexOf(role) >= roles.indexOf(least)
}

/** Refuses who may not enter. Returns the actor, or null where nobody needs to be known. */
export async function admit(access: Access, request: FastifyRequest, identify: Identify): Promise<Actor | null> {
  if (access === 'public') return null
  const actor = await identify(request)
  if (actor === null) throw new AuthRequired({})
  if (access !== 'member' && !hasRole(actor, access)) throw new AuthForbidden({})
  return actor
}

/**
 * Refuses a change asked for by another site's page in a person's name.
 *
 * Only a request that carries its own Authorization header and was identified by it is exempt: no page
 * can attach that header to somebody else's request. Sign-in and sign-up are covered too, since a forged
 * sign-in puts a person into a stranger's account. Programs send neither header and pass.
 */
export function refuseCrossSite(request: FastifyRequest, actor: Actor | null, settings: OriginSettings): void {
  if (SAFE_METHODS.has(request.method)) return
  const { authorization, origin, 'sec-fetch-site': site } = request.headers
  if (actor?.via !== 'session' && authorization !== undefined) return
  if (origin !== undefined) {
    if (!isOwnOrigin(origin, request.host, settings)) throw new CrossSite({})
  } else if (site !== undefined && site !== 'same-origin' && site !== 'none') throw new CrossSite({})
}

function isOwnOrigin(origin: string, host: string, settings: OriginSettings): boolean {
  const parsed = URL.parse(origin)
  if (parsed === null || parsed.origin !== origin) return false
  if (settings.trusted?.includes(origin) === true) return true
  if (settings.publicUrl !== undefined && URL.parse(settings.publicUrl)?.origin === origin) return true
  return parsed.host === host.toLowerCase().replace(/:(80|443)$/, '')
}
