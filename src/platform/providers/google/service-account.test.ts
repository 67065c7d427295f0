import assert from 'node:assert/strict'
import { generateKeyPairSync, verify } from 'node:crypto'
import { after, test } from 'node:test'
import { startReplay } from '../replay.ts'
import { serviceAccountTokens } from './service-account.ts'

const replay = await startReplay()
after(() => replay.close())
const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const { signal } = new AbortController()

function keyFile(fields: Record<string, unknown> = {}): string {
  return JSON.stringify({ type: 'service_account', client_email: 'cooly@p.iam.gserviceaccount.com', private_key_id: 'key-1', private_key: privateKey.export({ type: 'pkcs8', format: 'pem' }), token_uri: `${replay.origin}/token`, ...fields })
}

function part(jwt: string, index: number): unknown {
  return JSON.parse(Buffer.from(jwt.split('.')[index] ?? '', 'base64url').toString())
}

test('a signed statement is exchanged for a token', async () => {
  replay.answers({ access_token: 'ya29', expires_in: 3599, token_type: 'Bearer' })
  assert.equal(await serviceAccountTokens(keyFile()).token(signal), 'ya29')
  const { url, headers, body } = replay.received.at(-1) ?? assert.fail('nothing was sent')
  assert.deepEqual([url, headers['content-type']], ['/token', 'application/x-www-form-urlencoded'])
  const form = new URLSearchParams(String(body))
  assert.equal(form.get('grant_type'), 'urn:ietf:params:oauth:grant-type:jwt-bearer')
  const jwt = form.get('assertion') ?? ''
  assert.deepEqual(part(jwt, 0), { alg: 'RS256', typ: 'JWT', kid: 'key-1' })
  const { iat, exp, ...claims } = part(jwt, 1) as { iat: number; exp: number }
  assert.deepEqual(claims, { iss: 'cooly@p.iam.gserviceaccount.com', scope: 'https://www.googleapis.com/auth/cloud-platform', aud: `${replay.origin}/token` })
  assert.equal(exp - iat, 3600)
  const [head, payload, signature = ''] = jwt.split('.')
  assert(verify('RSA-SHA256', Buffer.from(`${head}.${payload}`), publicKey, Buffer.from(signature, 'base64url')))
})

test('callers that come together share one exchange, and those after them its token', async () => {
  const tokens = serviceAccountTokens(keyFile())
  replay.answers({ access_token: 'ya29', expires_in: 3599 })
  const before = replay.received.length
  await Promise.all([tokens.token(signal), tokens.token(signal), tokens.token(signal)])
  await tokens.token(signal)
  assert.equal(replay.received.length, before + 1)
})

test('a token is made anew before it ends, and when it was refused', async () => {
  const tokens = serviceAccountTokens(keyFile())
  const before = replay.received.length
  replay.answers({ access_token: 'short', expires_in: 200 })
  await tokens.token(signal)
  replay.answers({ access_token: 'long', expires_in: 3599 })
  assert.equal(await tokens.token(signal), 'long')
  tokens.forget('another')
  await tokens.token(signal)
  assert.equal(replay.received.length, before + 2)
  tokens.forget('long')
  await tokens.token(signal)
  assert.equal(replay.received.length, before + 3)
})

test('an account that is refused is auth, a server that fails or is not there is network', async () => {
  replay.answers({ error: 'invalid_grant', error_description: 'Invalid JWT Signature.' }, { status: 400 })
  await assert.rejects(serviceAccountTokens(keyFile()).token(signal), { reason: 'auth', message: /invalid_grant: Invalid JWT Signature/ })
  const tokens = serviceAccountTokens(keyFile())
  for (const status of [503, 429, 408]) {
    replay.answers('oops', { status })
    await assert.rejects(tokens.token(signal), { reason: 'network' }, String(status))
  }
  replay.answers({ access_token: 'ya29', expires_in: 3599 })
  assert.equal(await tokens.token(signal), 'ya29', 'a failure is not kept')
  // Never `bad_response`: that would say that a video may have been begun.
  for (const odd of ['{"id_token":"x"}', '<html>', '']) {
    replay.answers(odd)
    await assert.rejects(serviceAccountTokens(keyFile()).token(signal), { reason: 'network' })
  }
  await assert.rejects(serviceAccountTokens(keyFile({ token_uri: 'http://127.0.0.1:1/token' })).token(signal), { reason: 'network' })
})

test('a file that is no key file throws at once', () => {
  for (const file of ['', '{}', keyFile({ private_key: 'x' }), keyFile({ token_uri: 'x' })]) assert.throws(() => serviceAccountTokens(file))
})
