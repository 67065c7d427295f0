/** What failed for good, over HTTP against the whole product: an operator deals with it, and the person sees what becomes of it. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { newId } from '#lib/ids'
import { sql } from '#platform/db'
import { OPERATOR_KEY, openTestApp } from '#test/app'
import type { Client, GenerationBody } from '#test/client'
import { withoutPostgres } from '#test/database'
import { assertBooks } from '#test/ledger'

interface Letter {
  readonly id: string
  readonly generationId: string
  readonly payload: { readonly prompt: string }
  readonly code: string
  readonly state: string
  readonly credits: { readonly state: string; readonly amount: number }
}

interface RetryAll {
  readonly count: number
  readonly credits: number
  readonly unpayable: { readonly count: number }
  readonly batch: { readonly id: string; readonly total: number; readonly retried: number; readonly state: string } | null
}

/** One picture whose first call is refused, which is not repeated; the second succeeds. Faults of the provider would open its breaker. */
const ILL = '[[fault:refuse-input@1]]'

test('dead letters over HTTP', { skip: withoutPostgres }, async (t) => {
  const app = await openTestApp()
  const person = async (role: 'user' | 'viewer' | 'operator' | 'admin', credits = 0n) => {
    const client = await app.clientWith(credits)
    await app.db.query(sql`update auth_users set role = ${role} where id = ${client.accountId}`)
    return client
  }
  const [viewer, operator, admin] = [await person('viewer'), await person('operator'), await person('admin')]
  const failed = async (client: Client, prompt = `a fox ${ILL}`, key?: string): Promise<GenerationBody> => {
    const { id } = await client.generate({ prompt, n: 1, size: '1K' }, key)
    const ended = await client.ended(id)
    assert.equal(ended.status, 'failed', JSON.stringify(ended))
    return ended
  }
  const letterOf = async (generationId: string): Promise<Letter> => {
    const { items } = await viewer.json<{ items: Letter[] }>('GET', '/api/admin/dlq/messages?limit=100')
    const letter = items.find((each) => each.generationId === generationId)
    assert(letter !== undefined, 'the letter is listed')
    return letter
  }
  /** There is no signal to wait for: a batch is watched by asking. */
  const done = async (batchId: string) => {
    const deadline = Date.now() + 30_000
    while ((await viewer.json<{ state: string }>('GET', `/api/admin/dlq/batches/${batchId}`)).state === 'running') {
      assert(Date.now() < deadline, 'the batch does not end')
      await delay(50)
    }
  }
  const statusOf = async (client: Client, method: string, path: string, body?: object) => (await client.fetch(method, path, { body })).status
  const codeOf = async (client: Client, method: string, path: string, body?: object) =>
    ((await (await client.fetch(method, path, { body })).json()) as { code: string }).code

  await t.test('a failed generation, tried again, succeeds as itself: its page goes on, is paid once, and a repeated request gets its first answer', async () => {
    const client = await app.clientWith(5n)
    const body = { prompt: `a fox ${ILL}`, n: 1, size: '1K' }
    const key = newId()
    const first = await client.json('POST', '/api/images/seedream4/generate', { body, headers: { 'idempotency-key': key } })
    const { id } = first as GenerationBody
    assert.equal((await client.ended(id)).status, 'failed')
    assert.deepEqual(await client.credits().then(({ available, held }) => [available, held]), [5, 0])
    const before = await Array.fromAsync(client.events(id))

    const letter = await letterOf(id)
    assert.deepEqual([letter.code, letter.credits], ['provider.content_rejected', { state: 'released', amount: 1 }])
    const retried = await operator.json<{ letter: Letter; held: number }>('POST', `/api/admin/dlq/messages/${letter.id}/retry`, { body: { reason: 'it is back' } })
    assert.deepEqual([retried.held, retried.letter.state], [1, 'retried'])

    const ended = await client.ended(id)
    assert.deepEqual([ended.status, ended.credits.captured, ended.outputs.length, ended.failures.length, ended.error], ['succeeded', 1, 1, 0, null])
    assert(ended.timing !== null && ended.timing.spans.filter(({ name }) => name === 'provider').length === 1, 'its time counts from then')
    const after = await Array.fromAsync(client.events(id))
    assert.deepEqual(after.slice(0, before.length), before)
    assert.deepEqual(after.slice(before.length).filter(({ event }) => event === 'status').map(({ data }) => data['status']), ['queued', 'running', 'succeeded'])
    assert.deepEqual(await client.json('POST', '/api/images/seedream4/generate', { body, headers: { 'idempotency-key': key } }), first)
    const { items } = await client.json<{ items: { kind: string; heldChange: number }[] }>('GET', '/api/credits/transactions?holds=true')
    assert.deepEqual(items.map(({ kind }) => kind).toReversed(), ['grant', 'hold', 'release', 'hold', 'capture'])
    await assertBooks(app.db)
  })

  await t.test('at no cost and with another input, the person gets it for nothing, and the first answer still is what it was', async () => {
    const client = await app.clientWith(1n)
    const key = newId()
    const body = { prompt: `a fox [[fault:refuse-input]]`, n: 1, size: '1K' }
    const first = await client.json<GenerationBody>('POST', '/api/images/seedream4/generate', { body, headers: { 'idempotency-key': key } })
    assert.equal((await client.ended(first.id)).status, 'failed')
    const { id } = await letterOf(first.id)
    const retry = (input: object) => operator.fetch('POST', `/api/admin/dlq/messages/${id}/retry`, { body: { waive: true, input } })
    assert.deepEqual([(await retry({ n: 2 })).status, (await retry({ size: '9K' })).status, (await retry({ seed: 7 })).status], [422, 400, 400])
    assert.equal((await retry({ prompt: ' ' })).status, 400)
    assert.equal((await retry({ prompt: 'a well-behaved fox' })).status, 200)
    const ended = await client.ended(first.id)
    assert.deepEqual([ended.status, ended.credits.captured, ended.outputs.length], ['succeeded', 0, 1])
    assert.deepEqual((await client.credits()).available, 1)
    assert.deepEqual(await client.json('POST', '/api/images/seedream4/generate', { body, headers: { 'idempotency-key': key } }), first)
    await assertBooks(app.db)
  })

  await t.test('who cannot pay is told so, and nothing is tried', async () => {
    const client = await app.clientWith(1n)
    const { id } = await failed(client)
    const taken = await client.generate({ prompt: 'a boat [[delay:3000]]', n: 1, size: '1K' })
    const letter = await letterOf(id)
    assert.equal(await codeOf(operator, 'POST', `/api/admin/dlq/messages/${letter.id}/retry`), 'dead_letter.unpayable')
    assert.equal((await letterOf(id)).state, 'open')
    await client.fetch('POST', `/api/generations/${taken.id}/cancel`)
  })

  await t.test('all that match: the dry run tells what it would do, the batch does it once however often it is pressed', async () => {
    const client = await app.clientWith(20n)
    const since = new Date().toISOString()
    const ids = (await Promise.all(Array.from({ length: 6 }, () => failed(client)))).map(({ id }) => id)
    const filter = { code: 'provider.content_rejected', since }
    const dry = await operator.json<RetryAll>('POST', '/api/admin/dlq/retry', { body: { filter, dryRun: true } })
    assert.deepEqual([dry.count, dry.credits, dry.unpayable.count, dry.batch], [6, 6, 0, null])
    const [one, other] = await Promise.all([operator, admin].map((who) => who.json<RetryAll>('POST', '/api/admin/dlq/retry', { body: { filter } })))
    assert.equal((one!.batch?.total ?? 0) + (other!.batch?.total ?? 0), 6)
    for (const { batch } of [one!, other!]) if (batch !== null) await done(batch.id)
    for (const id of ids) assert.equal((await client.ended(id)).status, 'succeeded')
    const { items } = await viewer.json<{ items: { id: string; state: string; retried: number }[] }>('GET', '/api/admin/dlq/batches')
    assert.equal(items.reduce((sum, { retried }) => sum + retried, 0), 6)
    assert.deepEqual((await client.credits()).available, 14)
    await assertBooks(app.db)
  })

  await t.test('what a person wrote is covered; an admin who asks for it is on record', async () => {
    const client = await app.clientWith(2n)
    const { id } = await failed(client, `the secret garden ${ILL}`)
    const letter = await letterOf(id)
    assert.match(letter.payload.prompt, /^••• \d+ characters$/)
    assert.equal(await statusOf(operator, 'POST', `/api/admin/dlq/messages/${letter.id}/reveal`), 403)
    const { payload } = await admin.json<{ payload: { prompt: string } }>('POST', `/api/admin/dlq/messages/${letter.id}/reveal`, { body: { reason: 'a complaint' } })
    assert.match(payload.prompt, /^the secret garden/)
    const { items } = await admin.json<{ items: { action: string; reason: string; subject: string }[] }>('GET', '/api/admin/audit')
    assert.deepEqual([items[0]?.action, items[0]?.reason, items[0]?.subject], ['dlq.reveal', 'a complaint', `dead_letter:${letter.id}`])
    assert(!JSON.stringify(items).includes('garden'))
  })

  await t.test('discarded with a reason, it is closed for good; purged, it is gone', async () => {
    const client = await app.clientWith(2n)
    const { id } = await failed(client)
    const letter = await letterOf(id)
    const path = `/api/admin/dlq/messages/${letter.id}`
    assert.equal(await statusOf(admin, 'DELETE', path, { reason: ' ' }), 400)
    assert.equal(await statusOf(admin, 'DELETE', path, { reason: 'a test of ours' }), 204)
    assert.equal(await codeOf(admin, 'DELETE', path, { reason: 'again' }), 'dead_letter.resolved')
    assert.equal(await codeOf(operator, 'POST', `${path}/retry`), 'dead_letter.resolved')
    assert.equal((await client.json<GenerationBody>('GET', `/api/generations/${id}`)).status, 'failed')
    const filter = { state: 'discarded' }
    assert.equal(await codeOf(admin, 'POST', '/api/admin/dlq/purge', { filter, confirm: 7 }), 'dead_letter.unconfirmed')
    assert.deepEqual(await admin.json('POST', '/api/admin/dlq/purge', { body: { filter, confirm: 1 } }), { count: 1 })
    assert.equal(await codeOf(admin, 'GET', path), 'dead_letter.missing')
  })

  await t.test('what is not there is a 404 that says what', async () => {
    assert.equal(await codeOf(operator, 'POST', `/api/admin/dlq/messages/${newId()}/retry`), 'dead_letter.missing')
    assert.equal(await codeOf(operator, 'POST', `/api/admin/dlq/batches/${newId()}/stop`), 'dead_letter.batch_missing')
    await app.db.query(sql`
      insert into dead_letters (id, queue, payload, payload_digest, attempts, code, reason) values (${newId()}, 'image', '"x"', 'x', 1, 'queue.message_unreadable', 'x')`)
    const { items } = await viewer.json<{ items: Letter[] }>('GET', '/api/admin/dlq/messages?code=queue.message_unreadable')
    assert.equal(await codeOf(operator, 'POST', `/api/admin/dlq/messages/${items[0]!.id}/retry`), 'dead_letter.unretriable')
    assert.equal(items[0]?.credits.state, 'none')
  })

  await t.test('each route lets in its rank, and refuses the one below', async () => {
    const id = newId()
    const ranks = { user: await person('user'), viewer, operator, admin } as const
    const routes: [keyof typeof ranks, string, string, object?][] = [
      ['viewer', 'GET', '/api/admin/dlq/messages'], ['viewer', 'GET', `/api/admin/dlq/messages/${id}`], ['viewer', 'GET', '/api/admin/dlq/groups'],
      ['viewer', 'GET', '/api/admin/dlq/batches'], ['viewer', 'GET', `/api/admin/dlq/batches/${id}`],
      ['viewer', 'GET', '/api/admin/users'], ['viewer', 'GET', '/api/admin/audit'],
      ['viewer', 'GET', '/api/admin/queues'], ['viewer', 'GET', '/api/admin/workers'], ['viewer', 'GET', '/api/admin/providers'],
      ['viewer', 'GET', '/api/admin/routing?model=seedream4'], ['viewer', 'GET', '/api/admin/provider-usage?from=2026-01-01&to=2026-01-02'],
      ['viewer', 'GET', '/api/admin/models'], ['operator', 'POST', '/api/admin/models/check'],
      ['admin', 'PUT', '/api/admin/models', { models: [{ id: 'nobody', expectedVersion: 0 }], reason: 'x' }], ['admin', 'POST', `/api/admin/models/findings/${id}/resolve`, { reason: 'x' }],
      ['operator', 'POST', `/api/admin/dlq/messages/${id}/retry`], ['operator', 'POST', '/api/admin/dlq/retry', { dryRun: true }],
      ['operator', 'POST', `/api/admin/dlq/batches/${id}/stop`],
      ['operator', 'POST', '/api/admin/queues/nothing/pause'], ['operator', 'POST', '/api/admin/queues/nothing/resume'],
      ['operator', 'PUT', '/api/admin/queues/nothing', { concurrencyMax: 1 }], ['operator', 'POST', `/api/admin/workers/${id}/drain`],
      ['operator', 'POST', '/api/admin/providers/nothing/pause'], ['operator', 'POST', '/api/admin/providers/nothing/resume'],
      ['operator', 'PUT', '/api/admin/providers/nothing', { concurrencyMax: 1 }],
      ['admin', 'DELETE', `/api/admin/dlq/messages/${id}`, { reason: 'x' }], ['admin', 'POST', `/api/admin/dlq/messages/${id}/reveal`],
      ['admin', 'POST', '/api/admin/dlq/purge', { filter: { code: 'none' }, confirm: 0 }],
      ['admin', 'POST', `/api/admin/users/${id}/role`, { role: 'user' }], ['admin', 'POST', `/api/admin/users/${id}/credits`, { amount: 1, reason: 'x' }],
      ['admin', 'POST', `/api/admin/users/${id}/plan`, { plan: 'pro' }],
    ]
    const order = ['user', 'viewer', 'operator', 'admin'] as const
    for (const [least, method, path, body] of routes) {
      const below = order[order.indexOf(least) - 1]!
      assert.equal(await statusOf(ranks[below], method, path, body), 403, `${below} ${method} ${path}`)
      assert.notEqual(await statusOf(ranks[least], method, path, body), 403, `${least} ${method} ${path}`)
    }
    const { paths } = (await (await fetch(`${app.address}/openapi.json`)).json()) as { paths: Record<string, object> }
    const operations = Object.entries(paths).filter(([path]) => path.startsWith('/api/admin/')).flatMap(([path, methods]) => Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`))
    assert.deepEqual(operations.length, routes.length, 'every route of the operator is in the list')
  })

  await t.test('roles are given by admins, on record, and there is always one left', async () => {
    const other = await person('user')
    const give = (id: string, role: string) => admin.fetch('POST', `/api/admin/users/${id}/role`, { body: { role, reason: 'holidays' } })
    assert.equal((await give(other.accountId, 'operator')).status, 200)
    assert.equal(await statusOf(other, 'GET', '/api/admin/dlq/groups'), 200, 'at once')
    const { items } = await admin.json<{ items: { action: string; before: object; after: object }[] }>('GET', `/api/admin/audit?accountId=${other.accountId}`)
    assert.deepEqual([items[0]?.action, items[0]?.before, items[0]?.after], ['user.role', { role: 'user' }, { role: 'operator' }])
    assert.equal((await give(newId(), 'viewer')).status, 404)
    await app.db.query(sql`update auth_users set role = 'user' where role = 'admin' and id <> ${admin.accountId}`)
    const last = await give(admin.accountId, 'user')
    assert.deepEqual([last.status, ((await last.json()) as { code: string }).code], [409, 'admin.last_admin'])
  })

  await t.test('the command line\'s key lets in at the operator\'s part from this machine, and nowhere else', async () => {
    const ask = async (path: string, headers: Record<string, string>) => (await fetch(`${app.address}${path}`, { headers })).status
    const key = { authorization: `Bearer ${OPERATOR_KEY}`, 'x-cooly-operator': 'ada' }
    assert.equal(await ask('/api/admin/dlq/groups', key), 200)
    assert.equal(await ask('/api/me', key), 401)
    assert.equal(await ask('/api/admin/dlq/groups', { ...key, authorization: `Bearer ${OPERATOR_KEY}x` }), 401)
    assert.equal(await ask('/api/admin/dlq/groups', { authorization: key.authorization }), 401, 'without a name')
    for (const header of ['x-forwarded-for', 'forwarded', 'via', 'x-real-ip']) assert.equal(await ask('/api/admin/dlq/groups', { ...key, [header]: '127.0.0.1' }), 401, header)
    const { id } = await letterOf((await failed(await app.clientWith(1n))).id)
    await fetch(`${app.address}/api/admin/dlq/messages/${id}`, { method: 'DELETE', headers: { ...key, 'content-type': 'application/json' }, body: JSON.stringify({ reason: 'x' }) })
    const { items } = await viewer.json<{ items: { actor: string }[] }>('GET', '/api/admin/audit')
    assert.equal(items[0]?.actor, 'cli:ada')
  })

  await t.test('what is open is gauged', async () => {
    assert.match(await (await fetch(`${app.address}/metrics`)).text(), /cooly_dead_letters_open \d+/)
  })
})
