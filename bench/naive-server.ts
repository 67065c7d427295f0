/**
 * The peer of the 202 route: the same tables, the same answer, and the code that comes to mind first. Express with its body parser; a pool; a query for
 * each step, none of them prepared; a transaction that locks the account. It validates nothing, logs nothing and moves no messages.
 */
import type { AddressInfo } from 'node:net'
import express, { type Request, type Response } from 'express'
import pg from 'pg'
import { newId } from '#lib/ids'

const COOKIE = /cooly\.session_token=([^;.]+)/

const pool = new pg.Pool({ connectionString: process.argv[2]!, max: 16 })
pool.on('error', () => undefined)

interface Body {
  readonly prompt: string
  readonly n: number
  readonly size: string
  readonly metadata: object
}

const app = express()
app.use(express.json())
app.post('/api/images/:model/generate', handle)
const server = app.listen(0, '127.0.0.1', () => process.send!({ port: (server.address() as AddressInfo).port }))
process.on('SIGTERM', () => process.exit(0))

async function handle(request: Request, response: Response): Promise<void> {
  const body = request.body as Body
  const token = COOKIE.exec(decodeURIComponent(request.headers.cookie ?? ''))?.[1]
  const key = request.get('idempotency-key')!
  const sessions = await pool.query<{ user_id: string }>('select user_id from auth_sessions where token = $1 and expires_at > now()', [token])
  const user = await pool.query<{ id: string }>('select id, name, email from auth_users where id = $1', [sessions.rows[0]?.user_id])
  const userId = user.rows[0]?.id
  if (userId === undefined) return void response.status(401).end()
  const id = await accept(userId, key, body)
  if (id === undefined) response.status(402).json({})
  else response.status(202).json({ id, status: 'queued', kind: 'image', input: body, credits: { held: 1 } })
}

async function accept(accountId: string, key: string, body: Body): Promise<string | undefined> {
  const client = await pool.connect()
  try {
    await client.query('begin')
    const known = await client.query<{ generation_id: string }>('select generation_id from idempotency_keys where account_id = $1 and key = $2', [accountId, key])
    if (known.rows[0] !== undefined) return known.rows[0].generation_id
    await client.query('select id from accounts where id = $1 for update', [accountId])
    const lots = await client.query<{ id: string }>(
      'select id, remaining from credit_lots where account_id = $1 and remaining > 0 and expires_at > now() order by expires_at, spend_rank, id', [accountId])
    const lot = lots.rows[0]
    if (lot === undefined) return undefined
    const id = newId()
    await client.query('update credit_lots set remaining = remaining - 1, held = held + 1 where id = $1', [lot.id])
    await client.query(
      `insert into credit_reservations (id, account_id, generation_id, amount, lot_ids, lot_amounts, deadline_at)
       values ($1, $2, $1, 1, array[$3::uuid], array[1], now() + interval '2 hours')`, [id, accountId, lot.id])
    await client.query(
      `insert into generation_sessions (id, account_id, user_id, kind, model, provider, provider_model, simulated, input, metadata, outputs_wanted,
         width, height, price_credits, price_version, reservation_id, credits_held, deadline_at)
       values ($1, $2, $2, 'image', 'seedream4', 'bytedance', 'seedream-4-0', false, $3, $4, 1, 2048, 1152, 1, 1, $1, 1, now() + interval '1 hour')`,
      [id, accountId, JSON.stringify(body), JSON.stringify(body.metadata)])
    await client.query(`insert into generation_events (generation_id, seq, kind, data) values ($1, 1, 'status', '{"status":"queued"}')`, [id])
    await client.query(`insert into outbox (queue, payload) values ('image', $1)`, [JSON.stringify({ generationId: id })])
    await client.query(
      `insert into idempotency_keys (account_id, key, request_hash, generation_id, expires_at) values ($1, $2, 'none', $3, now() + interval '24 hours')`,
      [accountId, key, id])
    await client.query('commit')
    return id
  } catch (error) {
    await client.query('rollback')
    throw error
  } finally {
    client.release()
  }
}
