import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { userInfo } from 'node:os'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { readBalance, reserve, sealJournal } from '#domains/credits'
import { newId } from '#lib/ids'
import { migrate, openDatabase, sql } from '#platform/db'
import { cooly } from '#test/cooly'
import { cloneTemplate, postgresUrl, withoutPostgres } from '#test/database'
import { accountWith } from '#test/ledger'

const MIGRATIONS = new URL('../../migrations', import.meta.url).pathname

const directory = mkdtempSync(join(tmpdir(), 'cooly-cli-'))
after(() => rmSync(directory, { recursive: true }))

describe('on Postgres', { skip: withoutPostgres }, async () => {
  if (postgresUrl === null) return
  const url = await cloneTemplate()
  const db = await openDatabase({ url, directory: null, connectionsMax: 2, onIdleError: () => undefined })
  after(() => db.close())
  const onDatabase = (...args: string[]) => cooly({ DATABASE_URL: url }, ...args)
  const journalOf = (accountId: string) => db.query<{ kind: string; amount: bigint; reason: string; actor: string }>(sql`
    select kind, amount, reason, actor from credit_transactions where account_id = ${accountId} order by created_at, id`)
  const auditOf = (accountId: string) => db.query<{ action: string; actor: string; reason: string }>(sql`
    select action, actor, reason from audit_log where account_id = ${accountId} order by id`)
  const me = `cli:${userInfo().username}`

  test('grant gives credits by address, with who and why in the journal and in the audit log', async () => {
    const account = await accountWith(db)
    const { code, stdout, stderr } = await onDatabase('credits', 'grant', '--email', `${account.toUpperCase()}@example.com`, '--amount', '500', '--reason', 'the outage')
    assert.equal(code, 0, stderr)
    assert.match(stdout, /500 credits given to .*\navailable {2}0 -> 500\n/s)
    assert.match(stderr, /^database: postgres(ql)?:\/\/[^@]*\n$/, 'it says which database, without the password')
    assert.deepEqual(await journalOf(account), [{ kind: 'grant', amount: 500n, reason: 'the outage', actor: me }])
    assert.deepEqual(await auditOf(account), [{ action: 'credits.grant', actor: me, reason: 'the outage' }])
  })

  test('adjust takes and gives, by id, and --json answers data alone', async () => {
    const account = await accountWith(db, 10n)
    const { code, stdout } = await onDatabase('credits', 'adjust', '--account', account, '--amount', '-4', '--reason', 'twice', '--json')
    const { transactionId, ...data } = JSON.parse(stdout) as Record<string, unknown>
    assert.deepEqual([code, data], [0, {
      accountId: account, email: `${account}@example.com`, amount: -4, available: 6, held: 0, before: { available: 10, held: 0 }, dryRun: false, replayed: false,
    }])
    assert.equal(typeof transactionId, 'string')
    assert.equal((await onDatabase('credits', 'adjust', '--account', account, '--amount=+4', '--reason', 'back')).code, 0)
    assert.deepEqual((await journalOf(account)).map(({ kind, amount }) => [kind, amount]), [['grant', 10n], ['adjust', -4n], ['adjust', 4n]])
  })

  test('adjust below what is available is refused with 4, and nothing changes', async () => {
    const account = await accountWith(db, 10n)
    await db.transaction((tx) => reserve(tx, { id: newId(), accountId: account, generationId: newId(), amount: 7n, deadlineSeconds: 3_600 }))
    const { code, stdout, stderr } = await onDatabase('credits', 'adjust', '--account', account, '--amount', '-4', '--reason', 'too much')
    assert.deepEqual([code, stdout], [4, ''])
    assert.match(stderr, /3 are available.*\(credits\.below_available\)/)
    assert.deepEqual(await readBalance(db, account), { available: 3n, held: 7n })
  })

  test('--dry-run tells what would happen, refusals included, and changes nothing', async () => {
    const account = await accountWith(db, 10n)
    const { code, stdout } = await onDatabase('credits', 'adjust', '--account', account, '--amount', '-4', '--reason', 'maybe', '--dry-run')
    assert.equal(code, 0)
    assert.match(stdout, /^Would be: 4 credits taken from .*available {2}10 -> 6/s)
    assert.equal((await onDatabase('credits', 'adjust', '--account', account, '--amount', '-11', '--reason', 'maybe', '--dry-run')).code, 4)
    assert.deepEqual([(await journalOf(account)).length, (await auditOf(account)).length], [1, 0])
  })

  test('--key does it once, and refuses another change under the same key', async () => {
    const account = await accountWith(db)
    const grant = (amount: string) => onDatabase('credits', 'grant', '--account', account, '--amount', amount, '--reason', 'once', '--key', 'ticket 7', '--json')
    const [first, second] = [await grant('5'), await grant('5')]
    const [one, two] = [first, second].map(({ stdout }) => JSON.parse(stdout) as { replayed: boolean; transactionId: string })
    assert.deepEqual([one!.replayed, two!.replayed, one!.transactionId === two!.transactionId], [false, true, true])
    assert.equal((await grant('6')).code, 4)
    assert.equal((await journalOf(account)).length, 1)
  })

  test('an account that is not there ends with 4', async () => {
    const { code, stderr } = await onDatabase('credits', 'grant', '--email', 'nobody@example.com', '--amount', '5', '--reason', 'x')
    assert.equal(code, 4)
    assert.match(stderr, /There is no such person\. \(admin\.user_missing\)/)
  })

  test('statement shows the newest first with the balance after each line', async () => {
    const account = await accountWith(db, 10n)
    await onDatabase('credits', 'adjust', '--account', account, '--amount', '-4', '--reason', 'red \u001b[31malert\nsecond line')
    const text = await onDatabase('credits', 'statement', '--account', account)
    assert.equal(text.code, 0)
    const lines = text.stdout.split('\n')
    assert.match(lines[0]!, /adjust +-4 +6 {2}red alert second line$/, 'nothing a terminal would obey')
    assert.match(lines[1]!, /grant +\+10 +10 {2}for a test$/)
    assert.match(text.stdout, /6 available, 0 held\n$/)
    const { items } = JSON.parse((await onDatabase('credits', 'statement', '--account', account, '--limit', '1', '--json')).stdout) as { items: unknown[] }
    assert.equal(items.length, 1)
  })

  test('verify ends with 0 on books in order and with 1 on wrong ones, naming the first ids', async () => {
    const account = await accountWith(db, 10n)
    const before = await onDatabase('credits', 'verify')
    // Holds of this file belong to no generation, which one of the laws says; the rest is in order.
    const wrongBefore = before.stdout.split('\n').filter((line) => line.startsWith('WRONG'))
    assert.deepEqual([before.code, wrongBefore.map((line) => line.slice(7, 11))], [1, ['I-34']])
    await db.query(sql`delete from credit_reservations`)
    await db.query(sql`update credit_lots set remaining = remaining + held, held = 0`)
    const clean = await onDatabase('credits', 'verify')
    assert.equal(clean.code, 0, clean.stdout)
    assert.match(clean.stdout, /journal lines in [\d.]+ s: the books are in order\nnothing is sealed yet\n$/)
    assert(!clean.stdout.includes('\u001b['), 'no colours into a pipe')

    await db.query(sql`update credit_lots set remaining = remaining - 1, revoked = revoked + 1 where account_id = ${account}`)
    const wrong = await onDatabase('credits', 'verify')
    assert.equal(wrong.code, 1)
    const [lot] = await db.query<{ id: string }>(sql`select id from credit_lots where account_id = ${account}`)
    assert.match(wrong.stdout, new RegExp(`WRONG {2}I-03 .*\\n +1: ${lot!.id}`))
    assert.match(wrong.stdout, new RegExp(`WRONG {2}I-19 .*\\n +1: ${account}`))
    const data = JSON.parse((await onDatabase('credits', 'verify', '--json')).stdout) as { ok: boolean; checks: { id: string; ids: string[] }[] }
    assert.deepEqual([data.ok, data.checks.find(({ id }) => id === 'I-03')?.ids], [false, [lot!.id]])
    await db.query(sql`update credit_lots set remaining = remaining + 1, revoked = revoked - 1 where account_id = ${account}`)
  })

  test('verify compares a seal that was noted elsewhere', async () => {
    await accountWith(db, 10n)
    const [seal] = await sealJournal(db, { olderThanSeconds: 0 })
    const noted = `${seal!.number}:${seal!.digest}`
    const found = await onDatabase('credits', 'verify', '--expect-seal', noted)
    assert.match(found.stdout, new RegExp(`last seal ${noted}\\n$`))
    assert.equal(found.code, 0, found.stdout)
    const other = await onDatabase('credits', 'verify', '--expect-seal', `${seal!.number}:${'0'.repeat(64)}`)
    assert.equal(other.code, 1)
    assert.match(other.stdout, /WRONG {2}seal \d+ is not the one that was noted/)
  })

  test('queue list shows every queue, and pause, resume and concurrency change it, with who and why in the audit log', async () => {
    assert.equal((await onDatabase('queue', 'pause', '--queue', 'image', '--reason', 'maintenance')).code, 0)
    assert.equal((await onDatabase('queue', 'concurrency', '--queue', 'image', '--max', '8')).code, 0)
    const { code, stdout } = await onDatabase('queue', 'list')
    assert.equal(code, 0)
    assert.match(stdout, /^queue +state +interactive.*\nimage +paused +0 +0 /)
    assert.equal(stdout.split('\n').length, 8, 'a heading and six queues')
    const { items } = JSON.parse((await onDatabase('queue', 'list', '--json')).stdout) as { items: { name: string; paused: boolean; concurrencyMax: number | null }[] }
    assert.deepEqual(items.map(({ name, paused, concurrencyMax }) => [name, paused, concurrencyMax])[0], ['image', true, 8])
    assert.equal((await onDatabase('queue', 'resume', '--queue', 'image')).code, 0)
    assert.equal((await onDatabase('queue', 'concurrency', '--queue', 'image', '--max', 'settings')).code, 0)
    const trail = await db.query<{ action: string; actor: string; subject: string; reason: string }>(sql`
      select action, actor, subject, reason from audit_log where subject = 'queue:image' order by id`)
    assert.deepEqual(trail.map(({ action }) => action), ['queue.pause', 'queue.concurrency', 'queue.resume', 'queue.concurrency'])
    assert.deepEqual(trail[0], { action: 'queue.pause', actor: me, subject: 'queue:image', reason: 'maintenance' })
    assert.equal((await onDatabase('queue', 'pause', '--queue', 'none')).code, 4)
  })

  test('workers shows who works, and drain has one take nothing more', async () => {
    assert.match((await onDatabase('workers', 'list')).stdout, /no worker is running/)
    const id = newId()
    await db.query(sql`
      insert into workers (id, version, host, pid, lanes, memory_bytes, event_loop_lag_ms) values (${id}, '1.2.3', 'a-host', 7, '{"image":16}', 104857600, 1.5)`)
    assert.match((await onDatabase('workers', 'list')).stdout, new RegExp(`^${id} {2}running .*a-host:7 {2}version 1.2.3 {2}places: image 16 {2}100 MB`))
    assert.equal((await onDatabase('workers', 'drain', '--id', id, '--reason', 'update')).code, 0)
    const { items } = JSON.parse((await onDatabase('workers', '--json')).stdout) as { items: { id: string; state: string }[] }
    assert.deepEqual(items.map((worker) => [worker.id, worker.state]), [[id, 'draining']])
    assert.equal((await onDatabase('workers', 'drain', '--id', newId())).code, 4)
  })

  test('a database that no server has brought up to date is refused with 5, and left as it is', async () => {
    const empty = new URL(url)
    empty.pathname = '/template1'
    const { code, stderr } = await cooly({ DATABASE_URL: empty.href }, 'credits', 'verify')
    assert.equal(code, 5, stderr)
    assert.match(stderr, /database\.schema_behind/)
  })

  test('a database that does not exist ends with 4', async () => {
    const none = new URL(url)
    none.pathname = '/cooly_no_such_database'
    assert.equal((await cooly({ DATABASE_URL: none.href }, 'credits', 'verify')).code, 4)
  })
})

describe('on the embedded database', () => {
  test('a directory without a database is refused with 4, and none is made', async () => {
    const { code, stderr } = await cooly({ COOLY_DATA_DIR: join(directory, 'none') }, 'credits', 'verify')
    assert.equal(code, 4)
    assert.match(stderr, /^database: embedded, in .*none\/database\n.*database\.missing/s)
    assert.throws(() => rmSync(join(directory, 'none')), /ENOENT/)
  })

  test('while another process has it, the command is refused and points to the API; afterwards it works', async () => {
    const env = { COOLY_DATA_DIR: join(directory, 'used') }
    const db = await openDatabase({ url: null, directory: join(directory, 'used', 'database'), connectionsMax: 1, onIdleError: () => undefined })
    await migrate(db, MIGRATIONS)
    const account = await accountWith(db, 10n)
    const refused = await cooly(env, 'credits', 'grant', '--account', account, '--amount', '5', '--reason', 'x')
    assert.equal(refused.code, 4)
    assert.match(refused.stderr, /POST \/api\/admin\/users\/\{id\}\/credits/)
    await db.close()
    const done = await cooly(env, 'credits', 'grant', '--account', account, '--amount', '5', '--reason', 'x')
    assert.equal(done.code, 0, done.stderr)
    assert.equal((await cooly(env, 'credits', 'verify')).code, 0)
  })
})

describe('what is typed', () => {
  // Nothing listens here: a command that got as far as the database would end with 5.
  const typed = (...args: string[]) => cooly({ DATABASE_URL: 'postgres://127.0.0.1:1/none' }, ...args)

  const wrong: [string, string[]][] = [
    ['no command', []],
    ['an unknown command', ['credits', 'burn']],
    ['an unknown option', ['credits', 'verify', '--fast']],
    ['a stray word', ['credits', 'verify', 'now']],
    ['no reason', ['credits', 'grant', '--email', 'a@example.com', '--amount', '5']],
    ['a blank reason', ['credits', 'grant', '--email', 'a@example.com', '--amount', '5', '--reason', ' ']],
    ['no account', ['credits', 'grant', '--amount', '5', '--reason', 'x']],
    ['two accounts', ['credits', 'grant', '--email', 'a@example.com', '--account', newId(), '--amount', '5', '--reason', 'x']],
    ['an id that is none', ['credits', 'statement', '--account', 'ada']],
    ['zero', ['credits', 'adjust', '--email', 'a@example.com', '--amount', '0', '--reason', 'x']],
    ['a fraction', ['credits', 'adjust', '--email', 'a@example.com', '--amount', '1.5', '--reason', 'x']],
    ['2^53', ['credits', 'adjust', '--email', 'a@example.com', '--amount', '9007199254740992', '--reason', 'x']],
    ['a grant below zero', ['credits', 'grant', '--email', 'a@example.com', '--amount', '-5', '--reason', 'x']],
    ['a day without a time', ['credits', 'grant', '--email', 'a@example.com', '--amount', '5', '--reason', 'x', '--expires-at', '2999-01-01']],
    ['a limit of none', ['credits', 'statement', '--email', 'a@example.com', '--limit', '0']],
    ['no queue', ['queue', 'pause']],
    ['no number of places', ['queue', 'concurrency', '--queue', 'image']],
    ['no places at all', ['queue', 'concurrency', '--queue', 'image', '--max', '0']],
    ['a worker that is no id', ['workers', 'drain', '--id', 'mine']],
    ['half a seal', ['credits', 'verify', '--expect-seal', '12']],
  ]
  for (const [what, args] of wrong) {
    test(`ends with 2 before anything is opened: ${what}`, async () => {
      const { code, stdout, stderr } = await typed(...args)
      assert.deepEqual([code, stdout], [2, ''])
      assert(stderr.length > 0 && !stderr.includes('database:'), stderr)
    })
  }

  test('settings that are wrong end with 2', async () => {
    const { code, stderr } = await cooly({ COOLY_NO_SUCH_SETTING: 'x' }, 'credits', 'verify')
    assert.equal(code, 2)
    assert.match(stderr, /COOLY_NO_SUCH_SETTING is not a setting/)
  })

  test('a server that does not answer ends with 5', async () => {
    const { code, stdout } = await typed('credits', 'verify')
    assert.deepEqual([code, stdout], [5, ''])
  })

  test('help begins with examples, needs no database, and goes to the standard output', async () => {
    const names = [
      'credits grant', 'credits adjust', 'credits verify', 'credits statement', 'queue list', 'queue pause', 'queue resume', 'queue concurrency', 'workers list', 'workers drain',
    ]
    for (const name of names) {
      const { code, stdout, stderr } = await typed(...name.split(' '), '--help')
      assert.deepEqual([code, stderr], [0, ''])
      assert(stdout.indexOf(`cooly ${name}`) < stdout.indexOf('Options'), stdout)
    }
    const { code, stdout } = await typed('--help')
    assert.equal(code, 0)
    for (const name of names) assert(stdout.includes(`\n  cooly ${name} `) || stdout.startsWith(`  cooly ${name} `), name)
  })
})
