import { z } from 'zod'
import { type Catalogue, ModelUnconfigured, UnknownModel, UnsupportedOption } from '#domains/catalog'
import {
  type Batch, BatchMissing, DeadLetterDearer, DeadLetterMissing, DeadLetterResolved, DeadLetterUnpayable, DeadLetterUnretriable, type Estimate, estimateRetry, getBatch, getLetter,
  InputChange, type Letter, letterStates, type LetterGroup, listBatches, listGroups, listLetters, mask, PurgeUnconfirmed,
} from '#domains/dead-letters'
import { announce, GenerationDeleted, type KnownReach } from '#domains/generations'
import { InvalidCursor } from '#lib/errors'
import { fingerprint } from '#lib/fingerprint'
import type { Db } from '#platform/db'
import { type Actor, answer, route } from '#platform/http'
import { answerOnce, IdempotencyInFlight, IdempotencyMismatch } from '#platform/idempotency'
import type { Realtime } from '#platform/realtime'
import { orderDiscard, orderPurge, orderRetry, orderRetryAll, orderReveal, orderStop } from './dead-letter-orders.ts'
import { page, readCursor, Reason, REASON_LENGTH_MAX } from './routes.ts'

export interface DeadLetterRoutesParts {
  readonly db: Db
  readonly catalogue: Pick<Catalogue, 'findModel'>
  readonly realtime: Realtime
  /** Who would make what is tried again. */
  readonly known: KnownReach
  /** Called after a generation was opened again: there is a message to move. */
  readonly onMessages: () => void
}

const GROUPS_MAX = 200

const credits = z.number().int()
const count = z.number().int()
const time = z.iso.datetime()
const name = z.string().min(1).max(100)
const tags = ['admin'] as const
const ById = z.strictObject({ id: z.uuid() })
const NO_REASON = { reason: 'no reason given' }

const causeShape = {
  queue: name.optional(), model: name.optional(), provider: name.optional(), code: name.optional(),
  since: z.iso.datetime({ offset: true }).optional().describe('Failed then or later'),
}
const OpenFilter = z.strictObject(causeShape)
const AnyFilter = z.strictObject({ ...causeShape, state: z.enum(letterStates).default('open') })
const Limit = z.coerce.number().int().min(1).max(100).default(20)
const Cursor = z.string().max(500).optional()
const ListQuery = AnyFilter.extend({ limit: Limit, cursor: Cursor })

const LetterView = z
  .object({
    id: z.uuid(),
    generationId: z.uuid().nullable().describe('Null for a message that points to no generation'),
    accountId: z.uuid().nullable(),
    queue: z.string(), model: z.string().nullable(), provider: z.string().nullable(),
    payload: z.unknown().describe('What is to be made, or what the message carried. What a person wrote is covered, and null is what its owner deleted'),
    attempts: count, code: z.string(), reason: z.string(),
    credits: z.object({
      state: z.enum(['released', 'waived', 'none']).describe('Whether what was held went back, nothing was held, or there is nothing to hold'),
      amount: credits.describe('What another try holds'),
    }),
    state: z.enum(letterStates), failedAt: time, resolvedAt: time.nullable(),
    resolvedBy: z.string().nullable(), resolution: z.string().nullable(), batchId: z.uuid().nullable(),
    refusal: z.string().nullable().describe('Why it could not be tried again when somebody wanted that'),
  })
  .meta({ id: 'DeadLetter' })

const GroupView = z
  .object({
    code: z.string(), queue: z.string(), provider: z.string().nullable(), model: z.string().nullable(), reason: z.string().describe('Of the latest'),
    count, credits: credits.describe('What another try of all of them holds'), accounts: count, firstAt: time, lastAt: time,
  })
  .meta({ id: 'DeadLetterGroup' })

const BatchView = z
  .object({
    id: z.uuid(), filter: z.record(z.string(), z.string()), waived: z.boolean(), state: z.enum(['running', 'done', 'stopped']),
    total: count, retried: count, unpayable: count.describe('Their accounts could not pay. They stay open'),
    skipped: count.describe('Resolved by somebody else meanwhile, deleted by their owners, or of a provider without a key'), credits: credits.describe('Held again'),
    startedBy: z.string(), stoppedBy: z.string().nullable(), createdAt: time, finishedAt: time.nullable(),
  })
  .meta({ id: 'DeadLetterBatch' })

const RetryAllView = z.object({
  count: count.describe('Can be tried again'), credits: credits.describe('What that holds'),
  unpayable: z.object({ count, credits, accounts: count }).describe('Whose accounts cannot pay at this moment'),
  unretriable: count.describe('Messages that point to no generation'),
  batch: BatchView.nullable().describe('Where its progress stands; null for a dry run, and when there is nothing to try'),
})

const RetryBody = z
  .strictObject({
    waive: z.boolean().default(false).describe('At no cost to the account'),
    input: InputChange.optional().describe('What to make instead; what is left out stays as it was. At most as many outputs as before'),
    reason: Reason,
  })
  .default({ waive: false, ...NO_REASON })

export function deadLetterRoutes(parts: DeadLetterRoutesParts) {
  return [...readRoutes(parts), ...letterRoutes(parts), ...batchRoutes(parts)]
}

function readRoutes({ db }: DeadLetterRoutesParts) {
  return [
    route({
      method: 'GET',
      path: '/api/admin/dlq/messages',
      operation: 'listDeadLetters',
      summary: 'What failed for good, the newest first',
      tags,
      access: 'viewer',
      query: ListQuery,
      status: 200,
      reply: z.object({ items: z.array(LetterView), nextCursor: z.string().nullable() }),
      errors: [InvalidCursor],
      handle: async ({ query: { limit, cursor, ...filter } }) => {
        const rows = await listLetters(db, { filter, after: readCursor(cursor), limit: limit + 1 })
        return page(rows, limit, letterView)
      },
    }),
    route({
      method: 'GET',
      path: '/api/admin/dlq/messages/:id',
      operation: 'getDeadLetter',
      summary: 'One dead letter',
      tags,
      access: 'viewer',
      params: ById,
      status: 200,
      reply: LetterView,
      errors: [DeadLetterMissing],
      handle: ({ params }) => readLetter(db, params.id),
    }),
    route({
      method: 'GET',
      path: '/api/admin/dlq/groups',
      operation: 'listDeadLetterGroups',
      summary: 'What failed for good by cause, the largest group first',
      tags,
      access: 'viewer',
      query: AnyFilter,
      status: 200,
      reply: z.object({ items: z.array(GroupView) }),
      errors: [],
      handle: async ({ query }) => ({ items: (await listGroups(db, query, GROUPS_MAX)).map(groupView) }),
    }),
  ]
}

function letterRoutes({ db, catalogue, realtime, known, onMessages }: DeadLetterRoutesParts) {
  return [
    route({
      method: 'POST',
      path: '/api/admin/dlq/messages/:id/retry',
      operation: 'retryDeadLetter',
      summary: 'Try it again: the same generation, its credits held again at the price it was accepted at',
      tags,
      access: 'operator',
      idempotency: 'accepted',
      params: ById,
      body: RetryBody,
      status: 200,
      reply: z.object({ letter: LetterView, held: credits }),
      errors: [
        DeadLetterMissing, DeadLetterResolved, DeadLetterUnretriable, DeadLetterUnpayable, DeadLetterDearer, ModelUnconfigured, GenerationDeleted, UnknownModel, UnsupportedOption,
        IdempotencyMismatch, IdempotencyInFlight,
      ],
      handle: async ({ actor, params, body: { waive, input, reason }, key, requestId }) => {
        const request = keyed(actor, key, `retryDeadLetter ${params.id}`, { waive, input })
        const { replayed, ...first } = await answerOnce(db, request, async (tx) => {
          const because = { actor: actor.userId, reason, requestId }
          const reopened = await orderRetry(tx, { letterId: params.id, waived: waive, change: input === undefined ? null : { input, catalogue }, known, because })
          tx.afterCommit(() => {
            announce(realtime, { ...reopened, status: 'queued' })
            onMessages()
          })
          return { status: 200, body: { letter: await readLetter(tx, params.id), held: Number(reopened.credits) } }
        })
        return answer({ ...first, body: first.body as { letter: z.output<typeof LetterView>; held: number }, headers: replayedHeader(replayed) })
      },
    }),
    route({
      method: 'DELETE',
      path: '/api/admin/dlq/messages/:id',
      operation: 'discardDeadLetter',
      summary: 'Close it without another try',
      tags,
      access: 'admin',
      params: ById,
      body: z.strictObject({ reason: z.string().trim().min(1).max(REASON_LENGTH_MAX) }),
      status: 204,
      reply: null,
      errors: [DeadLetterMissing, DeadLetterResolved],
      handle: ({ actor, params, body, requestId }) =>
        db.transaction((tx) => orderDiscard(tx, params.id, { actor: actor.userId, reason: body.reason, requestId })),
    }),
    route({
      method: 'POST',
      path: '/api/admin/dlq/messages/:id/reveal',
      operation: 'revealDeadLetter',
      summary: 'Show what a person wrote; that it was shown is kept in the audit log',
      tags,
      access: 'admin',
      params: ById,
      body: z.strictObject({ reason: Reason }).default(NO_REASON),
      status: 200,
      reply: z.object({ payload: z.unknown() }),
      errors: [DeadLetterMissing],
      handle: async ({ actor, params, body, requestId }) => ({
        payload: await db.transaction((tx) => orderReveal(tx, params.id, { actor: actor.userId, reason: body.reason, requestId })),
      }),
    }),
  ]
}

function batchRoutes({ db }: DeadLetterRoutesParts) {
  return [
    route({
      method: 'POST',
      path: '/api/admin/dlq/retry',
      operation: 'retryDeadLetters',
      summary: 'Try all again that match, piece by piece; or, as a dry run, say what that would do',
      tags,
      access: 'operator',
      idempotency: 'accepted',
      body: z.strictObject({ filter: OpenFilter.default({}), dryRun: z.boolean().default(false), waive: z.boolean().default(false), reason: Reason }),
      status: 200,
      reply: RetryAllView,
      errors: [IdempotencyMismatch, IdempotencyInFlight],
      handle: async ({ actor, body: { filter, dryRun, waive, reason }, key, requestId }) => {
        if (dryRun) return retryAllView({ ...(await estimateRetry(db, filter, waive)), batch: null })
        const request = keyed(actor, key, 'retryDeadLetters', { filter, waive })
        const { replayed, ...first } = await answerOnce(db, request, async (tx) => ({
          status: 200, body: retryAllView(await orderRetryAll(tx, { filter, waived: waive, because: { actor: actor.userId, reason, requestId } })),
        }))
        return answer({ ...first, body: first.body as z.output<typeof RetryAllView>, headers: replayedHeader(replayed) })
      },
    }),
    route({
      method: 'POST',
      path: '/api/admin/dlq/purge',
      operation: 'purgeDeadLetters',
      summary: 'Delete all that match; `confirm` is their number, so that nobody deletes more than they saw',
      tags,
      access: 'admin',
      body: z.strictObject({ filter: AnyFilter.default({ state: 'open' }), confirm: z.number().int().min(0), reason: Reason }),
      status: 200,
      reply: z.object({ count }),
      errors: [PurgeUnconfirmed],
      handle: async ({ actor, body: { filter, confirm, reason }, requestId }) => ({
        count: await db.transaction((tx) => orderPurge(tx, { filter, confirmed: confirm, because: { actor: actor.userId, reason, requestId } })),
      }),
    }),
    route({
      method: 'GET',
      path: '/api/admin/dlq/batches',
      operation: 'listDeadLetterBatches',
      summary: 'Tries of many letters, the newest first',
      tags,
      access: 'viewer',
      query: z.strictObject({ limit: Limit, cursor: Cursor }),
      status: 200,
      reply: z.object({ items: z.array(BatchView), nextCursor: z.string().nullable() }),
      errors: [InvalidCursor],
      handle: async ({ query: { limit, cursor } }) => page(await listBatches(db, { after: readCursor(cursor), limit: limit + 1 }), limit, batchView),
    }),
    route({
      method: 'GET',
      path: '/api/admin/dlq/batches/:id',
      operation: 'getDeadLetterBatch',
      summary: 'How far it is',
      tags,
      access: 'viewer',
      params: ById,
      status: 200,
      reply: BatchView,
      errors: [BatchMissing],
      handle: async ({ params }) => {
        const batch = await getBatch(db, params.id)
        if (batch === undefined) throw new BatchMissing({})
        return batchView(batch)
      },
    }),
    route({
      method: 'POST',
      path: '/api/admin/dlq/batches/:id/stop',
      operation: 'stopDeadLetterBatch',
      summary: 'Open no more of them; what is open again goes on',
      tags,
      access: 'operator',
      params: ById,
      body: z.strictObject({ reason: Reason }).default(NO_REASON),
      status: 200,
      reply: BatchView,
      errors: [BatchMissing],
      handle: async ({ actor, params, body, requestId }) =>
        batchView(await db.transaction((tx) => orderStop(tx, params.id, { actor: actor.userId, reason: body.reason, requestId }))),
    }),
  ]
}

function keyed({ accountId }: Actor, key: string | null, operation: string, body: object) {
  return key === null ? null : { accountId, key, requestHash: fingerprint(operation, body) }
}

function replayedHeader(replayed: boolean): Record<string, string> {
  return replayed ? { 'idempotent-replayed': 'true' } : {}
}

async function readLetter(db: Parameters<typeof getLetter>[0], id: string): Promise<z.input<typeof LetterView>> {
  const letter = await getLetter(db, id)
  if (letter === undefined) throw new DeadLetterMissing({})
  return letterView(letter)
}

function letterView({ released, credits: amount, payload, failedAt, resolvedAt, ...rest }: Letter): z.input<typeof LetterView> {
  const isMessage = rest.generationId === null
  return {
    ...rest,
    payload: mask(payload, isMessage ? 'message' : 'input'),
    credits: { state: isMessage ? 'none' : released ? 'released' : 'waived', amount: Number(amount) },
    failedAt: failedAt.toISOString(),
    resolvedAt: resolvedAt?.toISOString() ?? null,
  }
}

function groupView({ credits: amount, firstAt, lastAt, ...rest }: LetterGroup): z.input<typeof GroupView> {
  return { ...rest, credits: Number(amount), firstAt: firstAt.toISOString(), lastAt: lastAt.toISOString() }
}

function batchView({ credits: amount, createdAt, finishedAt, filter, ...rest }: Batch): z.input<typeof BatchView> {
  return { ...rest, filter: filter as Record<string, string>, credits: Number(amount), createdAt: createdAt.toISOString(), finishedAt: finishedAt?.toISOString() ?? null }
}

function retryAllView({ batch, unpayable, credits: amount, ...rest }: Estimate & { batch: Batch | null }): z.input<typeof RetryAllView> {
  return { ...rest, credits: Number(amount), unpayable: { ...unpayable, credits: Number(unpayable.credits) }, batch: batch === null ? null : batchView(batch) }
}
