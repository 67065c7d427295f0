/** Signing up and in, as programs and strangers do it. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from '#platform/db'
import { openTestApp } from '#test/app'

const app = await openTestApp()
const PASSWORD = 'a-long-password'
const newEmail = () => `${crypto.randomUUID()}@example.com`

/** Text is sent as it is. */
async function post(path: string, body: unknown, type = 'application/json'): Promise<{ status: number; code?: string; paths?: string[] }> {
  const response = await fetch(`${app.address}/api/auth/${path}`, {
    method: 'POST', redirect: 'manual', headers: { 'content-type': type }, body: typeof body === 'string' ? body : JSON.stringify(body),
  })
  const { code, errors } = (await response.json()) as { code?: string; errors?: { path: string }[] }
  return { status: response.status, ...(code === undefined ? {} : { code }), ...(errors === undefined ? {} : { paths: errors.map(({ path }) => path) }) }
}

test('passwords cannot be guessed on, whatever follows the address of signing in', async () => {
  const email = newEmail()
  assert.equal((await post('sign-up/email', { email, password: PASSWORD, name: 'Ada' })).status, 200)
  const wrong = (path: string) => post(path, { email, password: 'not-the-password' })
  for (const path of ['sign-in/email', 'sign-in/email?', 'sign-in/email?x=1', 'sign-in/email?a&b=%2F', 'sign-in/email']) assert.equal((await wrong(path)).code, 'auth.wrong_credentials', path)
  for (const path of ['sign-in/email', 'sign-in/email?', 'sign-in/email?x=2']) assert.deepEqual(await wrong(path), { status: 429, code: 'auth.too_many_tries' }, path)
  assert.equal((await post('sign-in/email?x=3', { email: email.toUpperCase(), password: PASSWORD })).status, 429)
})

test('a body is JSON of characters that can be kept, at lengths that can be shown', async () => {
  const fields = { email: newEmail(), password: PASSWORD, name: 'Ada' }
  const form = new URLSearchParams(fields).toString()
  assert.deepEqual(await post('sign-up/email', form, 'application/x-www-form-urlencoded'), { status: 415, code: 'request.unsupported_media_type' })
  assert.deepEqual(await post('sign-in/email', form, 'text/plain'), { status: 415, code: 'request.unsupported_media_type' })
  assert.deepEqual(await post('sign-up/email', '{"email":'), { status: 400, code: 'request.malformed_json' })
  for (const name of ['a\u0000b', 'a\ud800b']) assert.deepEqual(await post('sign-up/email', { ...fields, name }), { status: 400, code: 'request.not_text' })
  const long = { ...fields, name: 'a'.repeat(201), email: `${'a'.repeat(320)}@example.com`, image: 'a'.repeat(2_049) }
  assert.deepEqual(await post('sign-up/email', long), { status: 400, code: 'request.invalid', paths: ['/email', '/name', '/image'] })
  assert.deepEqual(await post('update-user', { name: 'a'.repeat(201) }), { status: 400, code: 'request.invalid', paths: ['/name'] })
  assert.equal((await post('sign-up/email', { ...fields, name: 'a'.repeat(200) }, 'application/json; charset=utf-8')).status, 200)
})

test('nobody is led to another site by an address of ours', async () => {
  const email = newEmail()
  await post('sign-up/email', { email, password: PASSWORD, name: 'Ada' })
  for (const path of ['reset-password/token?callbackURL=', 'verify-email?token=x&callbackURL=']) {
    const response = await fetch(`${app.address}/api/auth/${path}${encodeURIComponent('https://elsewhere.example/')}`, { redirect: 'manual' })
    assert.deepEqual([response.status, response.headers.get('location')], [400, null], path)
  }
  for (const callbackURL of ['https://elsewhere.example/', '//elsewhere.example', '/\\elsewhere.example']) {
    assert.deepEqual(await post('sign-in/email', { email, password: PASSWORD, callbackURL }), { status: 400, code: 'auth.refused' }, callbackURL)
  }
  for (const callbackURL of ['/a\r\nb', '/\u{1f600}']) {
    assert.deepEqual(await post('sign-in/email', { email, password: PASSWORD, callbackURL }), { status: 400, code: 'request.invalid', paths: ['/callbackURL'] }, callbackURL)
  }
  assert.equal((await post('sign-in/email', { email, password: PASSWORD, callbackURL: '/studio' })).status, 200)
})

test('the answers have the fields that the interface says', async () => {
  const credentials = { email: newEmail(), password: PASSWORD, name: 'Ada' }
  const document = (await (await fetch(`${app.address}/openapi.json`)).json()) as { paths: Record<string, { post: { responses: { 200: { content: { 'application/json': { schema: { properties: object } } } } } } }> }
  for (const [path, more] of [['/api/auth/sign-up/email', {}], ['/api/auth/sign-in/email', {}], ['/api/auth/sign-in/email', { callbackURL: '/studio' }], ['/api/auth/sign-out', {}]] as const) {
    const answer = await fetch(`${app.address}${path}`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ ...credentials, ...more }) })
    const told = Object.keys(document.paths[path]!.post.responses[200].content['application/json'].schema.properties)
    assert.deepEqual(Object.keys((await answer.json()) as object).filter((name) => !told.includes(name)), [], path)
  }
})

test('of many who sign up at once with one address one has it, and the others are told that it is taken', async () => {
  for (let round = 0; round < 3; round += 1) {
    const email = newEmail()
    const answers = await Promise.all(Array.from({ length: 6 }, (_, index) => post('sign-up/email', { email: index % 2 === 0 ? email : email.toUpperCase(), password: PASSWORD, name: 'Ada' })))
    assert.deepEqual(answers.map(({ status, code }) => `${status} ${code}`).sort(), ['200 undefined', ...Array.from({ length: 5 }, () => '422 auth.email_taken')])
    assert.equal((await post('sign-in/email', { email, password: PASSWORD })).status, 200)
    const accounts = await app.db.query(sql`select 1 from accounts a join auth_users u on u.id = a.owner_id where u.email = ${email}`)
    assert.equal(accounts.length, 1)
  }
})
