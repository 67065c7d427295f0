import { betterAuth } from 'better-auth'
import { newId } from '#lib/ids'
import type { Db } from '#platform/db'
import { CLIENT_ADDRESS_HEADER } from '#platform/http'

export interface AuthConfig {
  readonly secret: string
  /** The address people use, when it is known: cookies are then bound to it and, over https, marked secure. */
  readonly publicUrl: string | null
  readonly onSignUp: (userId: string) => Promise<void>
}

const COOKIE_PREFIX = 'cooly'
export const SESSION_COOKIE = `${COOKIE_PREFIX}.session_token`
const SESSION_SECONDS = 30 * 24 * 3600

export type Auth = ReturnType<typeof openAuth>

/**
 * Sign-up, sign-in and sessions, by better-auth over our own tables. No plugins: each is surface, and API keys are ours.
 *
 * Sessions last 30 days and are not renewed by use: requests are identified by our own look-up, which writes nothing.
 */
export function openAuth(db: Db, config: AuthConfig) {
  const secure = config.publicUrl?.startsWith('https://') ?? false
  return betterAuth({
    database: { db: db.kysely as never, type: 'postgres', transaction: true },
    secret: config.secret,
    basePath: '/api/auth',
    ...(config.publicUrl === null ? {} : { baseURL: config.publicUrl }),
    telemetry: { enabled: false },
    rateLimit: { enabled: false },
    logger: { disabled: true },
    emailAndPassword: { enabled: true, minPasswordLength: 8, maxPasswordLength: 128 },
    advanced: {
      cookiePrefix: COOKIE_PREFIX,
      useSecureCookies: secure,
      // The HTTP shell refuses changes asked for by other sites, for every route alike. The library's own check also turns programs away.
      disableCSRFCheck: true,
      database: { generateId: () => newId() },
      ipAddress: { ipAddressHeaders: [CLIENT_ADDRESS_HEADER] },
    },
    databaseHooks: { user: { create: { after: ({ id }) => config.onSignUp(id) } } },
    user: {
      modelName: 'auth_users',
      fields: { emailVerified: 'email_verified', createdAt: 'created_at', updatedAt: 'updated_at' },
      additionalFields: { role: { type: 'string', defaultValue: 'user', input: false } },
    },
    session: {
      modelName: 'auth_sessions',
      expiresIn: SESSION_SECONDS,
      disableSessionRefresh: true,
      fields: {
        userId: 'user_id', expiresAt: 'expires_at', ipAddress: 'ip_address', userAgent: 'user_agent',
        createdAt: 'created_at', updatedAt: 'updated_at',
      },
    },
    account: {
      modelName: 'auth_identities',
      fields: {
        userId: 'user_id', accountId: 'account_id', providerId: 'provider_id', accessToken: 'access_token',
        refreshToken: 'refresh_token', idToken: 'id_token', accessTokenExpiresAt: 'access_token_expires_at',
        refreshTokenExpiresAt: 'refresh_token_expires_at', createdAt: 'created_at', updatedAt: 'updated_at',
      },
    },
    verification: {
      modelName: 'auth_verifications',
      fields: { expiresAt: 'expires_at', createdAt: 'created_at', updatedAt: 'updated_at' },
    },
  })
}
