import assert from 'node:assert/strict'
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { newId } from '#lib/ids'
import { openDatabase, sql } from '#platform/db'
import { cooly } from '#test/cooly'
import { cloneTemplate, postgresUrl, withoutPostgres } from '#test/database'
import { failedGeneration } from '#test/dead-letters'
import { accountWith } from '#test/ledger'
import { ServerProcess } from '#test/process'

const directory = mkdtempSync(join(tmpdir(), 'cooly-dlq-'))
after(() => rmSync(directory, { recursive: true, force: true }))

describe('on the database', { skip: withoutPostgres }, async () => {
  if (postgresUrl === null) return
  const url = await cloneTemplate()
  const db = await openDatabase({ url, directory: null, connectionsMax: 2, onIdleError: () => undefined })
  after(() => db.close())
  const dlq = (...args: string[]) => cooly({ DATABASE_URL: url, COOLY_DATA_DIR: directory }, 'dlq', ...args)
  const accountId = await accountWith(db, 10n)
  const failed = (model: string) => failedGeneration(db, { accountId, outputs: 2, model })

  test('list and groups show what failed, cover what people wrote, and say which database', async () => {
    const { letterId } = await failed('m-list')
    const { code, stdout, stderr } = await dlq('list', '--model', 'm-list', '--json')
    assert.equal(code, 0, stderr)
    assert.match(stderr, /^database: postgres(ql)?:\/\/[^@]*\n$/)
    const { items } = JSON.parse(stdout) as { items: { id: string; payload: { prompt: string } }[] }
    assert.deepEqual(items.map(({ id, payload }) => [id, payload.prompt]), [[letterId, '••• 5 characters']])
    assert.match((await dlq('groups', '--model', 'm-list')).stdout, /^ +1 {2}generation\.deadline +m-list +2 credits {2}1 accounts/)
    assert.equal((await dlq('list', '--code', 'nothing')).stdout, 'nothing failed for good\n')
  })

  test('retry of one: the dry run changes nothing, the real one is by the person at the terminal', async () => {
    const { id, letterId } = await failed('m-one')
    const dry = await dlq('retry', '--id', letterId, '--dry-run')
    assert.deepEqual([dry.code, dry.stdout], [0, 'Would hold 2 credits and try again: generation.deadline, m-one (open)\n'])
    const done = await dlq('retry', '--id', letterId, '--reason', 'it is back', '--json')
    const { letter, held } = JSON.parse(done.stdout) as { letter: { generationId: string; resolvedBy: string }; held: number }
    assert.deepEqual([letter.generationId, letter.resolvedBy, held], [id, `cli:${userInfo().username}`, 2])
    const again = await dlq('retry', '--id', letterId)
    assert.equal(again.code, 4)
    assert.match(again.stderr, /dead_letter\.resolved/)
    const [entry] = await db.query<{ actor: string; reason: string }>(sql`select actor, reason from audit_log where action = 'dlq.retry' order by id desc limit 1`)
    assert.deepEqual(entry, { actor: `cli:${userInfo().username}`, reason: 'it is back' })
  })

  test('retry of many begins a batch, which batches shows and stop stops', async () => {
    for (let index = 0; index < 2; index += 1) await failed('m-many')
    assert.match((await dlq('retry', '--all', '--model', 'm-many', '--dry-run')).stdout, /^Would try again: 2 letters, 4 credits held\n$/)
    const begun = JSON.parse((await dlq('retry', '--all', '--model', 'm-many', '--json')).stdout) as { batch: { id: string; total: number } }
    assert.equal(begun.batch.total, 2)
    assert.match((await dlq('batches')).stdout, new RegExp(`^${begun.batch.id} {2}running {3}0 of 2 tried again`))
    const stopped = await dlq('stop', '--id', begun.batch.id, '--json')
    assert.equal((JSON.parse(stopped.stdout) as { state: string }).state, 'stopped')
    assert.equal((await dlq('retry', '--all', '--model', 'nothing')).stdout, 'nothing to try again\n')
  })

  test('discard closes, purge deletes when the number is right', async () => {
    const { letterId } = await failed('m-discard')
    assert.match((await dlq('discard', '--id', letterId, '--reason', 'x', '--dry-run')).stdout, /^Would be discarded/)
    assert.equal((await dlq('discard', '--id', letterId, '--reason', 'x')).code, 0)
    const purge = (...more: string[]) => dlq('purge', '--model', 'm-discard', '--state', 'discarded', ...more)
    assert.match((await purge('--dry-run')).stdout, /Would delete 1 letter\. Say so with --confirm 1\./)
    const wrong = await purge('--confirm', '2')
    assert.deepEqual([wrong.code, wrong.stdout], [4, ''])
    assert.match(wrong.stderr, /dead_letter\.unconfirmed/)
    assert.equal((await purge('--confirm', '1')).stdout, '1 letter deleted\n')
    assert.equal((await dlq('discard', '--id', letterId, '--reason', 'x')).code, 4)
  })
})

describe('while a server has the embedded database', () => {
  const env = { COOLY_DATA_DIR: join(directory, 'embedded') }

  test('commands go through it and say so; what it wrote is for its owner, and goes with it', async (t) => {
    const server = new ServerProcess({ ...env, COOLY_WEB: 'false', SIMULATOR_LATENCY_MS: '0' })
    t.after(() => server.end('SIGKILL').catch(() => undefined))
    const address = await server.ready()
    const file = join(env.COOLY_DATA_DIR, 'operator.json')
    assert.equal(statSync(file).mode & 0o777, 0o600)
    const { code, stdout, stderr } = await cooly(env, 'dlq', 'groups')
    assert.deepEqual([code, stdout, stderr], [0, 'nothing failed for good\n', `server: ${address}\n`])
    const queues = await cooly(env, 'queue', 'list', '--json')
    assert.equal((JSON.parse(queues.stdout) as { items: unknown[] }).items.length, 6, queues.stderr)
    assert.equal((await cooly(env, 'queue', 'pause', '--queue', 'image')).code, 0)
    assert.match((await cooly(env, 'queue', 'list')).stdout, /image +paused/)
    assert.equal((await cooly(env, 'workers', 'list')).code, 0)
    const missing = await cooly(env, 'dlq', 'retry', '--id', newId())
    assert.deepEqual([missing.code, /dead_letter\.missing/.test(missing.stderr)], [4, true])

    // A key that is not the server's is nobody's.
    const known = readFileSync(file, 'utf8')
    writeFileSync(file, JSON.stringify({ ...(JSON.parse(known) as object), key: 'x'.repeat(43) }))
    assert.equal((await cooly(env, 'dlq', 'groups')).code, 3)
    writeFileSync(file, known)

    await server.end('SIGTERM')
    assert.throws(() => statSync(file), /ENOENT/)
    // What a dead server left behind leads nowhere, so the database itself is asked.
    writeFileSync(file, known)
    chmodSync(file, 0o600)
    const alone = await cooly(env, 'dlq', 'groups')
    assert.equal(alone.code, 0, alone.stderr)
    assert.match(alone.stderr, /^database: embedded/)
  })
})

describe('what is typed', () => {
  const typed = (...args: string[]) => cooly({ DATABASE_URL: 'postgres://127.0.0.1:1/none' }, 'dlq', ...args)
  const wrong: [string, string[]][] = [
    ['neither one nor all', ['retry']],
    ['one and all', ['retry', '--all', '--id', newId()]],
    ['a filter for one', ['retry', '--id', newId(), '--code', 'x']],
    ['an id that is none', ['retry', '--id', 'ada']],
    ['a day without a time', ['list', '--since', '2999-01-01']],
    ['an unknown state', ['list', '--state', 'lost']],
    ['a limit of none', ['list', '--limit', '0']],
    ['no reason to discard', ['discard', '--id', newId()]],
    ['nothing confirmed', ['purge']],
    ['a word confirmed', ['purge', '--confirm', 'yes']],
    ['no batch to stop', ['stop']],
  ]
  for (const [what, args] of wrong) {
    test(`ends with 2 before anything is opened: ${what}`, async () => {
      const { code, stdout, stderr } = await typed(...args)
      assert.deepEqual([code, stdout], [2, ''])
      assert(stderr.length > 0 && !stderr.includes('database:'), stderr)
    })
  }

  test('help begins with examples and needs no database', async () => {
    for (const name of ['list', 'groups', 'retry', 'batches', 'stop', 'discard', 'purge']) {
      const { code, stdout, stderr } = await typed(name, '--help')
      assert.deepEqual([code, stderr], [0, ''])
      assert(stdout.indexOf(`cooly dlq ${name}`) < stdout.indexOf('Options'), stdout)
    }
  })
})
