import { sign, type KeyObject } from 'node:crypto'
import { z } from 'zod'
import { exchange } from '../transport/index.ts'
import { tryParseJson, vendorFailure } from '../vendor-failure.ts'
import { readServiceAccountKey } from './key-file.ts'
import type { AccessTokens } from './settings.ts'

const SCOPE = 'https://www.googleapis.com/auth/cloud-platform'
const TOKEN_URL = 'https://oauth2.googleapis.com/token'
const GRANT = 'urn:ietf:params:oauth:grant-type:jwt-bearer'
const ASSERTION_SECONDS = 60 * 60
/** A token is replaced this long before it ends, so that no call carries one that ends on the way. */
const RESERVE_SECONDS = 5 * 60
const TIMEOUT_MS = 15_000
const ANSWER_BYTES_MAX = 64 * 1024

const TokenReply = z.object({ access_token: z.string().min(1), expires_in: z.number().positive() })
const TokenRefusal = z.object({ error: z.string().nullish(), error_description: z.string().nullish() })

/**
 * Tokens for a service account, by its key file (JSON): a signed statement of who we are is exchanged
 * for a token that lives an hour. Throws `UnusableKeyFile` when it is not one; calls nobody before the first use.
 */
export function serviceAccountTokens(keyFileJson: string): AccessTokens {
  const { email, key, keyId, tokenUri } = readServiceAccountKey(keyFileJson)
  const tokenUrl = tokenUri ?? TOKEN_URL
  let known: { token: string; endsAtMs: number } | undefined
  let underWay: Promise<string> | undefined

  const renew = async (): Promise<string> => {
    const assertion = signStatement({ key, keyId, email, audience: tokenUrl, nowMs: Date.now() })
    const { token, seconds } = await askForToken(new URL(tokenUrl), assertion)
    known = { token, endsAtMs: Date.now() + (seconds - RESERVE_SECONDS) * 1000 }
    return token
  }

  return {
    // Callers that come together share one exchange, so that none of them may end it for the others.
    token: (signal) => {
      signal.throwIfAborted()
      if (known !== undefined && known.endsAtMs > Date.now()) return Promise.resolve(known.token)
      underWay ??= renew().finally(() => {
        underWay = undefined
      })
      return underWay
    },
    forget: (token) => {
      if (known?.token === token) known = undefined
    },
  }
}

interface Statement {
  readonly key: KeyObject
  readonly keyId: string | undefined
  readonly email: string
  readonly audience: string
  readonly nowMs: number
}

/** A JWT, RS256, as RFC 7523 wants it. */
function signStatement({ key, keyId, email, audience, nowMs }: Statement): string {
  const issuedAt = Math.floor(nowMs / 1000)
  const header = { alg: 'RS256', typ: 'JWT', ...(keyId === undefined ? {} : { kid: keyId }) }
  const claims = { iss: email, scope: SCOPE, aud: audience, iat: issuedAt, exp: issuedAt + ASSERTION_SECONDS }
  const text = [header, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.')
  return `${text}.${sign('RSA-SHA256', Buffer.from(text), key).toString('base64url')}`
}

/** An odd answer is `network` here, as nothing that is billed has been asked for yet. */
async function askForToken(url: URL, assertion: string): Promise<{ token: string; seconds: number }> {
  const bytes = Buffer.from(new URLSearchParams({ grant_type: GRANT, assertion }).toString())
  const answer = await exchange({
    method: 'POST',
    url,
    headers: { accept: 'application/json' },
    body: { contentType: 'application/x-www-form-urlencoded', bytes },
    timeoutMs: TIMEOUT_MS,
    signal: new AbortController().signal,
    answerBytesMax: ANSWER_BYTES_MAX,
    repeatable: true,
  })
  // Too many questions, or one that took too long, say nothing of the account.
  if (answer.status >= 500 || answer.status === 429 || answer.status === 408) throw vendorFailure('network', `no token: the answer has status ${answer.status}`)
  if (answer.status !== 200) {
    const { error, error_description } = TokenRefusal.safeParse(tryParseJson(answer.text)).data ?? {}
    throw vendorFailure('auth', `no token: ${answer.status} ${error ?? ''}: ${error_description ?? ''}`)
  }
  const reply = TokenReply.safeParse(tryParseJson(answer.text))
  if (!reply.success) throw vendorFailure('network', 'no token: the answer holds none', { cause: reply.error })
  return { token: reply.data.access_token, seconds: reply.data.expires_in }
}

/** What a simulator is shown. */
export const simulatedTokens: AccessTokens = { token: () => Promise.resolve('simulated'), forget: () => undefined }
