import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { accountRoutes, Identifier, openAuth, SESSION_COOKIE } from '#domains/accounts'
import { checkLaws, grant, reserve, verifyBooks } from '#domains/credits'
import { newId } from '#lib/ids'
import { sql } from '#platform/db'
import { openHttpServer } from '#platform/http'
import { openMetrics, silentLogger } from '#platform/telemetry'
import { Client } from '#test/client'
import { lookAtDamage } from '#test/damage'
import { openTestDatabase, postgresUrl } from '#test/database'
import { auditInvariants, books } from './invariants.ts'
import { adminRoutes } from './routes.ts'

const db = await openTestDatabase(postgresUrl === null ? 'embedded' : 'postgres')
const secret = 's'.repeat(40)
const auth = openAuth(db, { secret, publicUrl: null, onSignUp: async () => undefined })
const identifier = new Identifier(db, secret)
const server = await openHttpServer({
  routes: [...accountRoutes({ auth, identifier, app: { version: 'test', simulated: true, demo: false } }), ...adminRoutes({ db, onRoleChanged: () => identifier.forget() })],
  identify: (request) => identifier.identify(request.headers.cookie),
  log: silentLogger(), metrics: openMetrics({ processMetrics: false }), checks: {},
  version: 'test', role: 'api', production: false, strict: true, sessionCookie: SESSION_COOKIE,
})
const address = await server.listen({ port: 0, host: '127.0.0.1' })
after(() => server.close(0))

const admin = new Client(address)
const adminId = await admin.signUp('operator@example.com')
await db.query(sql`update auth_users set role = 'admin' where id = ${adminId}`)
identifier.forget()

async function personWith(credits: bigint): Promise<{ client: Client; id: string; email: string }> {
  const client = new Client(address)
  const email = `${newId()}@example.com`
  const id = await client.signUp(email)
  if (credits > 0n) await grant(db, { accountId: id, amount: credits, source: 'purchase', reason: 'bought', actor: 'system' })
  return { client, id, email }
}

interface Changed {
  readonly status: number
  readonly body: { available: number; held: number; transactionId: string; code: string; errors?: { path: string }[] }
  readonly replayed: boolean
  readonly retryAfter: string | null
}

async function change(id: string, body: object, key?: string, client = admin): Promise<Changed> {
  const headers: Record<string, string> = key === undefined ? {} : { 'idempotency-key': key }
  const response = await client.fetch('POST', `/api/admin/users/${id}/credits`, { body, headers })
  return {
    status: response.status,
    body: (await response.json()) as Changed['body'],
    replayed: response.headers.get('idempotent-replayed') === 'true',
    retryAfter: response.headers.get('retry-after'),
  }
}

function journalOf(accountId: string) {
  return db.query<{ id: string; kind: string; amount: bigint; reason: string; actor: string }>(sql`
    select id, kind, amount, reason, actor from credit_transactions where account_id = ${accountId} order by created_at, id`)
}

describe('changing credits', () => {
  test('a positive amount is granted, with who and why in the journal and in the audit log', async () => {
    const { id, email } = await personWith(0n)
    const { status, body } = await change(id, { amount: 50, reason: 'sorry for Tuesday' })
    assert.deepEqual([status, body.available, body.held], [200, 50, 0])
    assert.deepEqual(await journalOf(id), [{ id: body.transactionId, kind: 'grant', amount: 50n, reason: 'sorry for Tuesday', actor: adminId }])
    const { items } = await admin.json<{ items: Record<string, unknown>[] }>('GET', `/api/admin/audit?accountId=${id}`)
    assert.equal(items.length, 1)
    const { id: entryId, createdAt, requestId, ...entry } = items[0]!
    assert.deepEqual(entry, {
      action: 'credits.grant', actor: adminId, actorEmail: 'operator@example.com', accountId: id, accountEmail: email, subject: null,
      reason: 'sorry for Tuesday', transactionId: body.transactionId, before: { available: 0, held: 0 }, after: { available: 50, held: 0 },
    })
    assert([entryId, createdAt, requestId].every((value) => typeof value === 'string'))
  })

  test('an expiry is kept on the lot', async () => {
    const { id } = await personWith(0n)
    await change(id, { amount: 5, reason: 'a trial', expiresAt: '2999-01-01T00:00:00Z' })
    const [lot] = await db.query<{ expires_at: Date; source: string }>(sql`select expires_at, source from credit_lots where account_id = ${id}`)
    assert.deepEqual([lot?.expires_at.toISOString(), lot?.source], ['2999-01-01T00:00:00.000Z', 'admin'])
  })

  test('a negative amount is taken from what is available, down to nothing', async () => {
    const { id } = await personWith(10n)
    assert.deepEqual((await change(id, { amount: -4, reason: 'a mistake' })).body.available, 6)
    assert.deepEqual((await change(id, { amount: -6, reason: 'a mistake' })).body.available, 0)
    assert.deepEqual((await journalOf(id)).map(({ kind, amount }) => [kind, amount]), [['grant', 10n], ['adjust', -4n], ['adjust', -6n]])
  })

  test('more than is available is refused with nothing changed, however much is held', async () => {
    const { id } = await personWith(10n)
    await db.transaction((tx) => reserve(tx, { id: newId(), accountId: id, generationId: newId(), amount: 7n, deadlineSeconds: 60 }))
    const { status, body } = await change(id, { amount: -4, reason: 'too much' })
    assert.deepEqual([status, body.code, body.available], [409, 'credits.below_available', undefined])
    assert.equal((await journalOf(id)).length, 1)
    assert.deepEqual((await db.query(sql`select 1 from audit_log where account_id = ${id}`)).length, 0)
    await db.query(sql`delete from credit_reservations where account_id = ${id}`)
    await db.query(sql`update credit_lots set held = 0, remaining = remaining + held where account_id = ${id}`)
  })

  test('of twenty who take three of ten at once, three succeed', async () => {
    const { id } = await personWith(10n)
    const answers = await Promise.all(Array.from({ length: 20 }, () => change(id, { amount: -3, reason: 'a race' })))
    assert.equal(answers.filter(({ status }) => status === 200).length, 3)
    assert.equal(answers.filter(({ body }) => body.code === 'credits.below_available').length, 17)
  })

  test('a total that JSON cannot tell exactly is refused', async () => {
    const { id } = await personWith(1n)
    const { status, body } = await change(id, { amount: Number.MAX_SAFE_INTEGER, reason: 'all of it' })
    assert.deepEqual([status, body.code], [422, 'admin.balance_too_large'])
    assert.equal((await journalOf(id)).length, 1)
  })

  test('nobody there is a 404', async () => {
    const { status, body } = await change(newId(), { amount: 1, reason: 'hello' })
    assert.deepEqual([status, body.code], [404, 'admin.user_missing'])
  })

  const bad: [string, object, string][] = [
    ['zero', { amount: 0, reason: 'x' }, '/amount'],
    ['a fraction', { amount: 1.5, reason: 'x' }, '/amount'],
    ['text', { amount: '5', reason: 'x' }, '/amount'],
    ['2^53', { amount: 2 ** 53, reason: 'x' }, '/amount'],
    ['-2^53', { amount: -(2 ** 53), reason: 'x' }, '/amount'],
    ['no reason', { amount: 1 }, '/reason'],
    ['a blank reason', { amount: 1, reason: '   ' }, '/reason'],
    ['a reason without end', { amount: 1, reason: 'x'.repeat(501) }, '/reason'],
    ['an unknown field', { amount: 1, reason: 'x', source: 'purchase' }, '/source'],
    ['a day without a time', { amount: 1, reason: 'x', expiresAt: '2999-01-01' }, '/expiresAt'],
    ['an expiry that has passed', { amount: 1, reason: 'x', expiresAt: '2020-01-01T00:00:00Z' }, '/expiresAt'],
    ['an expiry of what is taken', { amount: -1, reason: 'x', expiresAt: '2999-01-01T00:00:00Z' }, '/expiresAt'],
  ]
  for (const [what, body, path] of bad) {
    test(`refused by field, with nothing changed: ${what}`, async () => {
      const { id } = await personWith(10n)
      const answer = await change(id, body)
      assert.equal(answer.status, 400)
      assert.deepEqual(answer.body.errors?.map((mistake) => mistake.path), [path])
      assert.equal((await journalOf(id)).length, 1)
    })
  }
})

describe('a repeated key', () => {
  test('gets the first answer again and changes nothing', async () => {
    const { id } = await personWith(0n)
    const first = await change(id, { amount: 5, reason: 'once' }, 'a-key')
    const second = await change(id, { reason: 'once', amount: 5 }, 'a-key')
    assert.deepEqual([first.replayed, second.replayed], [false, true])
    assert.deepEqual([second.status, second.body], [first.status, first.body])
    assert.equal((await journalOf(id)).length, 1)
  })

  test('fifty at once have one effect', async () => {
    const { id } = await personWith(0n)
    const answers = await Promise.all(Array.from({ length: 50 }, () => change(id, { amount: 5, reason: 'once' }, 'fifty')))
    assert.deepEqual([...new Set(answers.map(({ status }) => status))], [200])
    assert.equal(answers.filter(({ replayed }) => !replayed).length, 1)
    assert.equal((await journalOf(id)).length, 1)
    assert.equal((await db.query(sql`select 1 from audit_log where account_id = ${id}`)).length, 1)
  })

  test('with another body, or for somebody else, is refused', async () => {
    const [one, other] = [await personWith(0n), await personWith(0n)]
    await change(one.id, { amount: 5, reason: 'once' }, 'mine')
    for (const [id, body] of [[one.id, { amount: 6, reason: 'once' }], [other.id, { amount: 5, reason: 'once' }]] as const) {
      const { status, body: problem } = await change(id, body, 'mine')
      assert.deepEqual([status, problem.code], [409, 'idempotency.mismatch'])
    }
    assert.equal((await journalOf(other.id)).length, 0)
  })

  test('of a request that was refused is free again', async () => {
    const { id } = await personWith(0n)
    assert.equal((await change(id, { amount: -5, reason: 'none there' }, 'again')).status, 409)
    assert.equal((await change(id, { amount: 5, reason: 'now there' }, 'again')).status, 200)
  })

  test('while the first is being answered is told when to come back', { skip: postgresUrl === null ? 'one connection' : false }, async () => {
    const { id } = await personWith(0n)
    const [taken, mayEnd] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    // The first request, as far as it has come in another process.
    const first = db.transaction(async (tx) => {
      await tx.query(sql`insert into idempotent_answers (account_id, key, request_hash, expires_at) values (${adminId}, 'slow', 'x', now() + interval '1 hour')`)
      taken.resolve()
      await mayEnd.promise
      throw new Error('it failed in the end')
    }).catch(() => undefined)
    await taken.promise
    const { status, body, retryAfter } = await change(id, { amount: 5, reason: 'impatient' }, 'slow')
    assert.deepEqual([status, body.code, retryAfter], [409, 'idempotency.in_flight', '1'])
    mayEnd.resolve()
    await first
    assert.equal((await change(id, { amount: 5, reason: 'impatient' }, 'slow')).status, 200)
  })
})

describe('who may', () => {
  const calls = (id: string): [string, string, object?][] => [
    ['POST', `/api/admin/users/${id}/credits`, { amount: 5, reason: 'for me' }],
    ['GET', '/api/admin/users'],
    ['GET', '/api/admin/audit'],
    ['POST', `/api/admin/users/${id}/role`, { role: 'admin' }],
  ]
  test('nobody who is not signed in, and nobody who is not an admin', async () => {
    const { client, id } = await personWith(0n)
    for (const [method, path, body] of calls(id)) {
      assert.equal((await new Client(address).fetch(method, path, { body })).status, 401, path)
      assert.equal((await client.fetch(method, path, { body })).status, 403, path)
    }
    assert.deepEqual(await journalOf(id), [])
  })
})

describe('the lists', () => {
  interface Page<Item> {
    readonly items: Item[]
    readonly nextCursor: string | null
  }
  interface User {
    readonly id: string
    readonly email: string
    readonly available: number
    readonly held: number
  }

  test('people are found by part of the address in any case, and by the beginning of the id', async () => {
    const { id, email } = await personWith(12n)
    for (const text of [email, email.slice(3, 20).toUpperCase(), id, id.slice(0, 20)]) {
      const { items } = await admin.json<Page<User>>('GET', `/api/admin/users?q=${encodeURIComponent(text)}`)
      assert(items.some((user) => user.id === id && user.available === 12 && user.held === 0), text)
    }
    const { items } = await admin.json<Page<User>>('GET', '/api/admin/users?q=%25')
    assert.deepEqual(items, [])
  })

  test('pages of people miss nobody and repeat nobody', async () => {
    for (let person = 0; person < 4; person += 1) await personWith(1n)
    const all = await admin.json<Page<User>>('GET', '/api/admin/users?limit=100')
    const paged: User[] = []
    for (let cursor: string | null = ''; cursor !== null; ) {
      const page: Page<User> = await admin.json('GET', `/api/admin/users?limit=3${cursor === '' ? '' : `&cursor=${cursor}`}`)
      paged.push(...page.items)
      cursor = page.nextCursor
    }
    assert.deepEqual(paged, all.items.slice(0, paged.length))
    assert(paged.length >= 5 && new Set(paged.map(({ id }) => id)).size === paged.length)
  })

  test('pages of the audit log miss nothing and repeat nothing', async () => {
    const { id } = await personWith(0n)
    for (let amount = 1; amount <= 5; amount += 1) await change(id, { amount, reason: `number ${amount}` })
    const reasons: string[] = []
    for (let cursor: string | null = ''; cursor !== null; ) {
      const page: Page<{ reason: string }> = await admin.json('GET', `/api/admin/audit?accountId=${id}&limit=2${cursor === '' ? '' : `&cursor=${cursor}`}`)
      reasons.push(...page.items.map(({ reason }) => reason))
      cursor = page.nextCursor
    }
    assert.deepEqual(reasons, [5, 4, 3, 2, 1].map((number) => `number ${number}`))
  })

  test('a cursor of another list is refused', async () => {
    for (const path of ['/api/admin/users', '/api/admin/audit']) {
      const response = await admin.fetch('GET', `${path}?cursor=nonsense`)
      assert.deepEqual([response.status, ((await response.json()) as { code: string }).code], [400, 'request.invalid_cursor'])
    }
  })
})

describe('the trail', () => {
  test('cannot be edited, emptied or rewritten', async () => {
    for (const statement of [sql`update audit_log set reason = 'nothing'`, sql`delete from audit_log`, sql`truncate audit_log`]) {
      await assert.rejects(db.query(statement), /append-only/)
    }
  })

  const damages: Record<string, string> = {
    'an entry that is gone': `delete from audit_log where transaction_id = (select transaction_id from audit_log limit 1)`,
    'an entry with another reason': `update audit_log set reason = 'nothing' where id = (select id from audit_log limit 1)`,
    'an entry with another actor': `update audit_log set actor = 'cli:nobody' where id = (select id from audit_log limit 1)`,
    'a grant beside the log': `insert into credit_transactions (id, account_id, kind, amount, lot_ids, lot_amounts, reason, actor)
      select gen_random_uuid(), account_id, 'grant', 1, lot_ids, array[1], 'beside', 'cli:root' from credit_transactions where kind = 'grant' limit 1`,
  }
  test('is complete, and what is missing from it is found', async () => {
    const { id } = await personWith(0n)
    await change(id, { amount: 1, reason: 'so that there is something' })
    await db.query(sql`update credit_lots set source = 'admin' where account_id = ${id}`)
    const violations = async () => (await verifyBooks(db, auditInvariants)).checks[0]!.violations
    assert.equal(await violations(), 0)
    for (const [what, damage] of Object.entries(damages)) {
      const [check] = await lookAtDamage(db, damage, {}, (tx) => checkLaws(tx, auditInvariants))
      assert(check!.violations >= 1, what)
    }
  })

  test('and after all that the books of every domain are in order', async () => {
    const { checks } = await verifyBooks(db, books)
    assert.deepEqual(checks.filter(({ violations }) => violations > 0), [])
    assert.equal(new Set(books.map(({ id }) => id)).size, books.length, 'no two laws have one number')
  })
})
