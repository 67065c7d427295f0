import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { openDatabase, sql } from '#platform/db'
import { cooly } from '#test/cooly'
import { cloneTemplate, postgresUrl, withoutPostgres } from '#test/database'
import { ServerProcess } from '#test/process'
import { until } from '#test/generations'

const directory = mkdtempSync(join(tmpdir(), 'cooly-models-'))
after(() => rmSync(directory, { recursive: true, force: true }))

interface Shown {
  readonly version: number
  readonly status: string
  readonly changes: Record<string, unknown>
  readonly prices: readonly { version: number; credits: number; state: string }[]
}

describe('on the database', { skip: withoutPostgres }, async () => {
  if (postgresUrl === null) return
  const url = await cloneTemplate()
  const db = await openDatabase({ url, directory: null, connectionsMax: 2, onIdleError: () => undefined })
  after(() => db.close())
  const models = (...args: string[]) => cooly({ DATABASE_URL: url, COOLY_DATA_DIR: directory }, 'models', ...args)
  const show = async (id: string) => JSON.parse((await models('show', '--model', id, '--json')).stdout) as Shown

  test('set decides by the person at the terminal, and show tells what this version knows beside it', async () => {
    const set = await models('set', '--model', 'gpt-image-2', '--name', 'Pictures', '--shutdown-at', '2031-01-31T00:00:00Z', '--replacement', 'seedream-5-pro', '--limits', '{"imagesMax":2}', '--reason', 'announced')
    assert.deepEqual([set.code, set.stdout], [0, 'gpt-image-2 is at version 1, deprecated\n'], set.stderr)
    const { stdout } = await models('show', '--model', 'gpt-image-2')
    assert.match(stdout, /^gpt-image-2: Pictures \(this version: GPT Image 2\), deprecated\n/)
    assert.match(stdout, /ends: 2031-01-31T00:00:00\.000Z \(this version: none\); then: seedream-5-pro/)
    assert.match((await models('list')).stdout, /gpt-image-2 +deprecated +4 a image +2031-01-31 +seedream-5-pro +0 +-\n/)
    const [entry] = await db.query<{ actor: string; reason: string }>(sql`select actor, reason from audit_log where action = 'model.change' order by id desc limit 1`)
    assert.deepEqual(entry, { actor: `cli:${userInfo().username}`, reason: 'announced' })
    const back = await models('set', '--model', 'gpt-image-2', '--reset', 'name,shutdownAt,replacement,limits', '--expect-version', '1', '--reason', 'a slip')
    assert.equal(back.code, 0, back.stderr)
    assert.deepEqual([(await show('gpt-image-2')).changes, (await show('gpt-image-2')).status], [{}, 'available'])
  })

  test('price adds a version and takes one back that has not started', async () => {
    assert.equal((await models('price', '--model', 'seedance', '--credits', '5', '--rates', '480p=2,720p=5,1080p=11,4k=45', '--starts-at', '2031-01-31T00:00:00Z', '--reason', 'dearer')).code, 0)
    assert.deepEqual((await show('seedance')).prices.map(({ version, state }) => [version, state]), [[2, 'future'], [1, 'current']])
    assert.equal((await models('price', '--model', 'seedance', '--withdraw', '2', '--reason', 'not yet')).code, 0)
    assert.equal((await show('seedance')).prices[0]!.state, 'withdrawn')
  })

  test('what is refused ends with 4 and its code: an old version, a limit that is too wide, a model that is not there', async () => {
    const ways = [
      ['catalog.change_stale', 'set', '--model', 'seedream4', '--note', 'x', '--expect-version', '7', '--reason', 'x'],
      ['catalog.change_refused', 'set', '--model', 'seedream4', '--limits', '{"imagesMax":9}', '--reason', 'x'],
      ['catalog.unknown_model', 'show', '--model', 'nobody'],
    ]
    for (const [code, ...args] of ways) {
      const run = await models(...args)
      assert.deepEqual([run.code, run.stdout, run.stderr.includes(code!)], [4, '', true], run.stderr)
    }
  })
})

test('while a server has the embedded database, commands go through it, hold at once, and a check is answered by its worker', async (t) => {
  const env = { COOLY_DATA_DIR: join(directory, 'embedded') }
  const server = new ServerProcess({ ...env, COOLY_WEB: 'false', SIMULATOR_LATENCY_MS: '0', COOLY_MODEL_CHECK_HOUR: '24' })
  t.after(() => server.end('SIGKILL').catch(() => undefined))
  const address = await server.ready()
  assert.equal((await cooly(env, 'models', 'set', '--model', 'seedream-4-5', '--enabled', 'no', '--reason', 'x')).code, 0)
  const { items } = await (await fetch(`${address}/api/models`)).json() as { items: { id: string }[] }
  assert.equal(items.some(({ id }) => id === 'seedream-4-5'), false)
  assert.equal((await cooly(env, 'models', 'check')).stdout, 'asked; a worker answers within seconds\n')
  await until(async () => {
    const { stdout } = await cooly(env, 'models', 'list', '--json')
    return (JSON.parse(stdout) as { lastCheck: { finishedAt: string | null } }).lastCheck.finishedAt !== null
  })
})

describe('what is typed', () => {
  const typed = (...args: string[]) => cooly({ DATABASE_URL: 'postgres://127.0.0.1:1/none' }, 'models', ...args)
  const wrong: [string, string[]][] = [
    ['no model', ['show']],
    ['nothing to be different', ['set', '--model', 'x', '--reason', 'x']],
    ['no reason', ['set', '--model', 'x', '--note', 'x']],
    ['neither yes nor no', ['set', '--model', 'x', '--enabled', 'maybe', '--reason', 'x']],
    ['limits that are no JSON', ['set', '--model', 'x', '--limits', '{', '--reason', 'x']],
    ['a price of nothing', ['price', '--model', 'x', '--credits', '0', '--reason', 'x']],
    ['a price to add and one to take back', ['price', '--model', 'x', '--credits', '1', '--withdraw', '1', '--reason', 'x']],
    ['rates that cannot be read', ['price', '--model', 'x', '--credits', '1', '--rates', '480p', '--reason', 'x']],
  ]
  for (const [what, args] of wrong) {
    test(`ends with 2 before anything is opened: ${what}`, async () => {
      const { code, stdout, stderr } = await typed(...args)
      assert.deepEqual([code, stdout], [2, ''])
      assert(stderr.length > 0 && !stderr.includes('database:'), stderr)
    })
  }
})
