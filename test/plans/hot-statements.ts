import { findModel, orderImages, PriceList, Quotes } from '#domains/catalog'
import { expireLots, grant, readBalance, reserve, reserveAcrossLots, settle } from '#domains/credits'
import { readReport, readToday, settleCalls } from '#domains/spending'
import { newId } from '#lib/ids'
import type { Db } from '#platform/db'
import { claimBatch, countPending } from '../../src/platform/outbox/sql.ts'
import { getPersonByEmail, listPeopleBySessions } from '../../src/domains/accounts/sql.ts'
import { readCredits } from '../../src/domains/credits/sql-balance.ts'
import { listOverdueHolds } from '../../src/domains/credits/sql-holds.ts'
import { readStatement } from '../../src/domains/credits/statement.ts'
import { Admission } from '../../src/domains/generations/admission.ts'
import { getKey } from '../../src/domains/generations/sql-accept.ts'
import * as dispatch from '../../src/domains/generations/sql-dispatch.ts'
import * as lifetimes from '../../src/domains/generations/sql-lifetimes.ts'
import { moveToModel } from '../../src/domains/generations/move-to-model.ts'
import { readHealthHours, readHealthOfDay, readHealthOfHour } from '../../src/domains/generations/sql-health.ts'
import { countAhead, listWaitingAt } from '../../src/domains/generations/sql-line.ts'
import * as sessions from '../../src/domains/generations/sql-sessions.ts'
import { insertAttempt, listAttempts, listOutputs, recordFailure, recordResult } from '../../src/domains/generations/sql-work.ts'
import { submit } from '../../src/domains/generations/submit.ts'
import { readUsage } from '../../src/domains/generations/usage.ts'
import * as uploads from '../../src/domains/uploads/sql.ts'

/** Somebody in the filled database, with a generation that has ended. */
export interface Sample {
  readonly accountId: string
  readonly token: string
  readonly email: string
  readonly endedId: string
}

export interface HotStatement {
  readonly statement: string
  /** Indexes the plan must use, all of them; `a or b` where either is as good. */
  readonly uses: readonly string[]
  /** Has the statement sent, the way the product does. */
  readonly send: (db: Db, sample: Sample) => Promise<unknown>
}

const model = findModel('image', 'seedream4')
const DEADLINE_SECONDS = 3_600
const ENDED_CALL = { provider: 'bytedance', kind: 'image', slot: 1, attemptId: newId(), generationId: newId(), retryAfterSeconds: null }
const ANSWER = { url: 'https://example.com/a.png', width: null, height: null, requestId: null, usage: { images: 1, tokens: null } }

const NEW_UPLOAD = { contentType: 'image/png', bytes: 1_000n, width: 640, height: 480, sha256: 'none' } as const

/** Every statement that a request, a worker or a sweep sends all the time, and the index it lives on. */
export const hotStatements: readonly HotStatement[] = [
  {
    statement: 'credits.insertFirstLotHold', uses: ['idx_credit_lots_user_active', 'credit_lots_pkey'],
    send: (db, { accountId }) => hold(db, accountId, 1n),
  },
  {
    statement: 'credits.insertSplitHold', uses: ['idx_credit_lots_user_active'],
    send: (db, { accountId }) => {
      const id = newId()
      const input = { id, accountId, generationId: id, amount: 1n, deadlineSeconds: DEADLINE_SECONDS }
      return db.transaction((tx) => reserveAcrossLots(tx, input))
    },
  },
  {
    statement: 'credits.settleHold', uses: ['credit_reservations_pkey', 'credit_lots_pkey'],
    send: async (db, { accountId }) => end(db, await hold(db, accountId, 2n), 1n),
  },
  {
    statement: 'credits.getHold', uses: ['credit_reservations_pkey'],
    send: async (db, { accountId }) => {
      const id = await hold(db, accountId, 2n)
      await end(db, id, 1n)
      await end(db, id, 1n)
    },
  },
  { statement: 'credits.readBalance', uses: ['idx_credit_lots_open'], send: (db, { accountId }) => readBalance(db, accountId) },
  { statement: 'credits.readCredits', uses: ['idx_credit_lots_open'], send: (db, { accountId }) => readCredits(db, accountId, 100) },
  { statement: 'credits.expirePastLots', uses: ['idx_credit_lots_expiry'], send: (db) => expireLots(db, { limit: 100 }) },
  {
    statement: 'credits.listOverdueHolds', uses: ['credit_reservations_pkey'],
    send: (db) => listOverdueHolds(db, new Date(Date.now() - 3_600_000), 100),
  },
  {
    statement: 'credits.insertLot', uses: ['idx_credit_debts_open', 'credit_debts_pkey'],
    send: (db, { accountId }) => grant(db, { accountId, amount: 5n, source: 'admin', reason: 'a test', actor: 'system' }),
  },
  {
    statement: 'credits.listMovements', uses: ['idx_credit_transactions_account', 'idx_credit_reservations_account'],
    send: (db, { accountId }) => readStatement(db, { accountId, kind: null, withHolds: true, cursor: null, limit: 20 }),
  },
  {
    statement: 'generations.accept', uses: ['idx_credit_lots_user_active', 'credit_lots_pkey'],
    send: (db, { accountId }) => ask(db, accountId),
  },
  { statement: 'generations.getKey', uses: ['idempotency_keys_pkey'], send: (db, { accountId }) => getKey(db, accountId, 'key1') },
  {
    statement: 'generations.getSession', uses: ['generation_sessions_pkey or idx_generation_sessions_account'],
    send: (db, { accountId, endedId }) => sessions.getSession(db, endedId, accountId),
  },
  {
    statement: 'generations.listSessions', uses: ['idx_generation_sessions_account'],
    send: (db, { accountId }) => sessions.listSessions(db, { accountId, kind: null, status: null, model: null, search: null, afterId: null, limit: 21 }),
  },
  {
    statement: 'generations.readUsage', uses: ['idx_generation_sessions_usage'],
    send: (db, { accountId }) => readUsage(db, { accountId, from: '2026-01-01', to: '2026-12-31', by: 'model' }),
  },
  { statement: 'generations.listOutputs', uses: ['generation_outputs_generation_id_output_index_key'], send: (db, { endedId }) => listOutputs(db, [endedId]) },
  { statement: 'generations.listAttempts', uses: ['provider_attempts_generation_id_call_number_key'], send: (db, { endedId }) => listAttempts(db, endedId) },
  { statement: 'generations.listEvents', uses: ['generation_events_pkey'], send: (db, { endedId }) => sessions.listEvents(db, endedId, 0) },
  {
    statement: 'generations.claimNext', uses: ['idx_generation_sessions_waiting', 'generation_sessions_pkey'],
    send: (db, { accountId }) => dispatch.claimNext(db, { lane: 'image', owner: newId(), providers: ['bytedance'], simulated: ['bytedance'], cursor: accountId, named: newId(), leaseSeconds: 30 }),
  },
  { statement: 'generations.beatLease', uses: ['generation_sessions_pkey'], send: (db, { endedId }) => dispatch.beatLease(db, { generationId: endedId, token: 1 }, 30) },
  { statement: 'generations.handBack', uses: ['generation_sessions_pkey'], send: (db, { endedId }) => dispatch.handBack(db, { generationId: endedId, token: 1 }, 'a test') },
  {
    statement: 'generations.insertAttempt', uses: ['generation_sessions_pkey'],
    send: (db, { endedId }) => insertAttempt(db, { generationId: endedId, token: 1 }, { id: newId(), outputIndex: 0, callNumber: 1 }),
  },
  { statement: 'generations.recordResult', uses: ['provider_attempts_pkey'], send: (db) => recordResult(db, { ...ENDED_CALL, effect: 'answered' }, ANSWER) },
  {
    statement: 'generations.recordFailure', uses: ['provider_attempts_pkey'],
    send: (db) => recordFailure(db, { ...ENDED_CALL, effect: 'fault' }, { state: 'failed', reason: 'provider_fault', message: 'a test' }),
  },
  { statement: 'generations.lockOpen', uses: ['generation_sessions_pkey'], send: (db, { endedId }) => sessions.lockOpen(db, endedId, null) },
  { statement: 'generations.requeueLost', uses: ['idx_generation_sessions_lease'], send: (db) => dispatch.requeueLost(db, 100) },
  { statement: 'generations.listCrashed', uses: ['idx_generation_sessions_lease'], send: (db) => dispatch.listCrashed(db, 100) },
  { statement: 'generations.listReady', uses: ['idx_generation_sessions_waiting or idx_generation_sessions_open_deadline'], send: (db) => dispatch.listReady(db, 'image', 100) },
  { statement: 'generations.listOverdue', uses: ['idx_generation_sessions_open_deadline'], send: (db) => sessions.listOverdue(db, 100) },
  {
    statement: 'generations.countAhead', uses: ['idx_generation_sessions_waiting'],
    send: (db, { accountId, endedId }) => countAhead(db, { id: endedId, accountId, kind: 'image', provider: 'bytedance', priority: 'bulk' }),
  },
  {
    statement: 'generations.listWaitingAt', uses: ['idx_generation_sessions_waiting'],
    send: (db) => listWaitingAt(db, { kind: 'image', provider: 'bytedance', after: null, limit: 100 }),
  },
  {
    statement: 'generations.moveToModel', uses: ['generation_sessions_pkey'],
    send: (db, { endedId }) => {
      const to = { model: 'seedream-4-5', provider: 'bytedance', providerModel: 'x', input: { prompt: 'x', n: 1, size: '2K' }, unitCredits: 1n }
      return moveToModel(db, { generationId: endedId, token: null, to, reason: 'paused' })
    },
  },
  { statement: 'generations.readHealthOfDay', uses: ['idx_provider_attempts_ended'], send: (db) => readHealthOfDay(db) },
  { statement: 'generations.readHealthOfHour', uses: ['idx_provider_attempts_ended'], send: (db) => readHealthOfHour(db) },
  { statement: 'generations.readHealthHours', uses: ['idx_provider_attempts_ended'], send: (db) => readHealthHours(db) },
  {
    statement: 'spending.readReport', uses: ['idx_provider_usage_logs_time'],
    send: (db) => readReport(db, { from: '2026-03-01', to: '2026-03-02', groupBy: 'model', provider: null, model: null }),
  },
  { statement: 'spending.readToday', uses: ['idx_provider_usage_logs_time'], send: (db) => readToday(db) },
  {
    statement: 'spending.settleCalls', uses: ['idx_provider_usage_logs_generation'],
    send: (db, { endedId }) => settleCalls(db, endedId, [{ attemptId: newId(), outputIndex: 0, credits: 1n }]),
  },
  { statement: 'uploads.touchSame', uses: ['uploads_account_id_source_sha256_key'], send: (db, { accountId }) => uploads.touchSame(db, accountId, 'source100') },
  { statement: 'uploads.touchUploads', uses: ['uploads_pkey'], send: (db, { accountId }) => uploads.touchUploads(db, accountId, [newId(), newId()]) },
  { statement: 'uploads.getUpload', uses: ['uploads_pkey or idx_uploads_account'], send: (db, { accountId }) => uploads.getUpload(db, newId(), accountId) },
  { statement: 'uploads.listUploads', uses: ['idx_uploads_account'], send: (db, { accountId }) => uploads.listUploads(db, { accountId, afterId: null, limit: 21 }) },
  {
    statement: 'uploads.insertUpload', uses: ['idx_uploads_account or uploads_account_id_source_sha256_key'],
    send: (db, { accountId }) => uploads.insertUpload(db, { ...NEW_UPLOAD, id: newId(), objectKey: newId(), sourceSha256: newId(), accountId }, { uploadsMax: 100, bytesMax: 1_000_000 }),
  },
  { statement: 'uploads.listUnused', uses: ['idx_uploads_unused or uploads_pkey'], send: (db) => uploads.listUnused(db, 30, null, 100) },
  { statement: 'generations.deleteSession', uses: ['generation_sessions_pkey or idx_generation_sessions_account'], send: (db, { accountId }) => lifetimes.deleteSession(db, newId(), accountId) },
  { statement: 'generations.listAccountsOfPlan', uses: ['idx_accounts_plan'], send: (db) => lifetimes.listAccountsOfPlan(db, 'pro', null, 200) },
  {
    statement: 'generations.expireOutputs', uses: ['idx_generation_sessions_kept', 'generation_sessions_pkey', 'generation_outputs_generation_id_output_index_key'],
    send: (db, { accountId }) => lifetimes.expireOutputs(db, [accountId], 30_000, 100),
  },
  {
    statement: 'generations.sortObjects', uses: ['generation_sessions_pkey', 'generation_outputs_generation_id_output_index_key'],
    send: (db, { endedId }) => lifetimes.sortObjects(db, [{ key: `generations/${endedId}/1/0`, generationId: endedId, token: 1 }], 3_600),
  },
  { statement: 'outbox.claimBatch', uses: ['idx_outbox_pending', 'outbox_pkey'], send: (db) => claimBatch(db, 100, 10) },
  { statement: 'outbox.countPending', uses: ['idx_outbox_pending'], send: (db) => countPending(db) },
  {
    statement: 'accounts.listPeopleBySessions', uses: ['auth_sessions_token_key', 'auth_users_pkey', 'idx_accounts_person'],
    send: (db, { token }) => listPeopleBySessions(db, [token]),
  },
  { statement: 'accounts.getPersonByEmail', uses: ['auth_users_email_key', 'idx_accounts_person'], send: (db, { email }) => getPersonByEmail(db, email) },
]

async function hold(db: Db, accountId: string, amount: bigint): Promise<string> {
  const id = newId()
  await db.transaction((tx) => reserve(tx, { id, accountId, generationId: id, amount, deadlineSeconds: DEADLINE_SECONDS }))
  return id
}

function end(db: Db, reservationId: string, captured: bigint) {
  return db.transaction((tx) => settle(tx, { reservationId, captured, reason: 'a test', actor: 'system' }))
}

async function ask(db: Db, accountId: string): Promise<void> {
  const prices = await PriceList.open(db, () => undefined)
  try {
    await submit({ db, prices, admission: new Admission(db), quotes: new Quotes(db, prices) }, {
      accountId, userId: accountId, order: orderImages(model, { prompt: 'a lighthouse', n: 1 }), simulated: true, metadata: {}, deadlineSeconds: DEADLINE_SECONDS,
      key: newId(), quoteId: null, request: { address: '/', body: {} },
    })
  } finally {
    await prices.close()
  }
}
