/** The start as an operator meets it: what is wrong is said in words, and every role can be asked how it does. */
import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { cloneTemplate, withoutPostgres } from '#test/database'
import { ServerProcess } from '#test/process'

const directory = await mkdtemp(join(tmpdir(), 'cooly-start-'))
after(() => rm(directory, { recursive: true, force: true }))

async function startWrongly(env: Record<string, string>, args: readonly string[] = []) {
  const server = new ServerProcess({ COOLY_DATA_DIR: join(directory, 'data'), ...env }, args)
  const [code] = await server.exited()
  assert.doesNotMatch(server.output, /\n\s+at /, 'no stack trace')
  return { code, output: server.output }
}

test('a command line that cannot be understood is told what there is, and --help is no mistake', async () => {
  const wrong = await startWrongly({}, ['--prot', '4000'])
  assert.equal(wrong.code, 2)
  assert.match(wrong.output, /'--prot'[^]*--port <number>/)
  const help = await startWrongly({}, ['--help'])
  assert.deepEqual([help.code, /--port <number>/.test(help.output)], [0, true])
})

test('a database that does not answer is named without its password, and ends the start with 5', async () => {
  const { code, output } = await startWrongly({ DATABASE_URL: 'postgres://cooly:hidden-password@127.0.0.1:1/cooly' })
  assert.equal(code, 5)
  assert.match(output, /The database cannot be used \(DATABASE_URL\): .*ECONNREFUSED/)
  assert.doesNotMatch(output, /hidden-password/)
})

test('a key file that is none is refused by its setting, and nothing of what is in it is shown', async () => {
  const path = join(directory, 'key.json')
  for (const content of ['hidden-key-bytes', '{"client_email":"a@b.example","private_key":"hidden-key-bytes"}']) {
    await writeFile(path, content)
    const { code, output } = await startWrongly({ GOOGLE_VERTEX_PROJECT: 'a-project', GOOGLE_VERTEX_KEY_FILE: path, COOLY_SIMULATE: 'false' })
    assert.equal(code, 2)
    assert.match(output, /GOOGLE_VERTEX_KEY_FILE cannot be used/)
    assert.doesNotMatch(output, /hidden/)
  }
})

test('a data directory that is a file, an address that is not ours and a failpoint that is none are each named by their setting', async () => {
  const file = join(directory, 'a-file')
  await writeFile(file, '')
  const taken = createServer().listen(0, '127.0.0.1')
  await once(taken, 'listening')
  after(() => taken.close())
  const expected = [
    [{ COOLY_DATA_DIR: file }, 4, /The data directory cannot be used \(COOLY_DATA_DIR\)/],
    [{ HOST: '192.0.2.1' }, 4, /\(PORT, HOST\)/],
    [{ PORT: String((taken.address() as { port: number }).port) }, 4, /is taken/],
    [{ COOLY_FAILPOINTS: 'rubbish' }, 2, /COOLY_FAILPOINTS/],
  ] as const
  for (const [env, code, words] of expected) {
    const ended = await startWrongly(env)
    assert.equal(ended.code, code, ended.output)
    assert.match(ended.output, words)
  }
})

test('with a port a worker and a scheduler tell how they do, and nothing else', { skip: withoutPostgres }, async () => {
  const env = { DATABASE_URL: await cloneTemplate(), COOLY_DATA_DIR: join(directory, 'split'), AUTH_SECRET: 's'.repeat(40) }
  const figures = { worker: ['provider_call_duration_seconds', 'generation_moves_total'], scheduler: ['ledger_violations', 'ledger_verified_seconds', 'dead_letters_open', 'model_findings_open', 'model_shutdown_days'] }
  for (const [role, names] of Object.entries(figures)) {
    const server = new ServerProcess({ ...env, COOLY_ROLE: role })
    after(() => server.end('SIGKILL'))
    const address = await server.ready()
    assert.match(address, /^http:/, role)
    assert.equal(((await (await fetch(`${address}/health`)).json()) as { role: string }).role, role)
    assert.equal((await fetch(`${address}/ready`)).status, 200)
    const text = await (await fetch(`${address}/metrics`)).text()
    for (const name of names) assert.match(text, new RegExp(`^# HELP cooly_${name} `, 'm'))
    for (const path of ['/api/models', '/api/me', '/']) assert.equal((await fetch(`${address}${path}`)).status, 404, path)
    assert.doesNotMatch(server.output, /Sign in/)
    assert.deepEqual(await server.end('SIGTERM'), [0, null])
  }
})
