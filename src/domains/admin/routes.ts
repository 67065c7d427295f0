import { z } from 'zod'
import { changePlan, changeRole, LastAdmin } from '#domains/accounts'
import { BelowAvailable } from '#domains/credits'
import { decodeCursor, encodeCursor, idShape } from '#lib/cursor'
import { InvalidCursor } from '#lib/errors'
import { fingerprint } from '#lib/fingerprint'
import { newId } from '#lib/ids'
import type { Db } from '#platform/db'
import { answer, roles, route } from '#platform/http'
import { answerOnce, IdempotencyInFlight, IdempotencyMismatch } from '#platform/idempotency'
import { changeCredits } from './change-credits.ts'
import { BalanceTooLarge, UnfitExpiry, UserMissing } from './errors.ts'
import { type AuditEntry, auditActions, type UserWithBalance } from './model.ts'
import { getHolder, insertAuditEntry, listAuditEntries, listUsers } from './sql.ts'

/** The longest reason that the journal is given. */
export const REASON_LENGTH_MAX = 500

const credits = z.number().int()
const time = z.iso.datetime()
const Limit = z.coerce.number().int().min(1).max(100).default(20)
const Cursor = z.string().max(500).optional()

export const Reason = z.string().trim().min(1).max(REASON_LENGTH_MAX).default('no reason given').describe('Kept in the audit log')

const Plan = z.string().regex(/^[a-z][a-z0-9-]{0,39}$/, 'A plan is a word of small letters, digits and hyphens')

const ChangeBody = z.strictObject({
  amount: z.number().int().refine((amount) => amount !== 0, 'An amount is not zero').describe('Above zero: given. Below zero: taken, never more than is available'),
  reason: z.string().trim().min(1).max(REASON_LENGTH_MAX).describe('Shown in the statement and in the audit log'),
  expiresAt: time.optional().describe('When what is given expires; never unless told'),
})

const ChangedView = z.object({ available: credits, held: credits, transactionId: z.uuid() }).meta({ id: 'ChangedCredits' })

const UserView = z
  .object({
    id: z.uuid(), email: z.string(), name: z.string(), role: z.enum(roles),
    accountId: z.uuid(), plan: z.string().describe('Decides how long outputs are kept'), available: credits, held: credits, createdAt: time,
  })
  .meta({ id: 'User' })

const RecordView = z.record(z.string(), z.unknown()).describe('For credits the balance; else what was decided')

const AuditView = z
  .object({
    id: z.uuid(), action: z.enum(auditActions),
    actor: z.string().describe('A person\'s id, `cli:` and a name, or `system`'), actorEmail: z.string().nullable(),
    accountId: z.uuid().nullable(), accountEmail: z.string().nullable(),
    subject: z.string().nullable().describe('What was changed, where it is no account: `queue:image`'),
    reason: z.string(), requestId: z.string().nullable(),
    transactionId: z.uuid().nullable(), before: RecordView, after: RecordView, createdAt: time,
  })
  .meta({ id: 'AuditEntry' })

export interface AdminRoutesParts {
  readonly db: Db
  /** Called after somebody's role changed: what is remembered of people is old. */
  readonly onRoleChanged: () => void
}

export function adminRoutes({ db, onRoleChanged }: AdminRoutesParts) {
  return [
    route({
      method: 'POST',
      path: '/api/admin/users/:id/role',
      operation: 'changeUserRole',
      summary: 'Give somebody another role',
      tags: ['admin'],
      access: 'admin',
      params: z.strictObject({ id: z.uuid() }),
      body: z.strictObject({ role: z.enum(roles), reason: Reason }),
      status: 200,
      reply: z.object({ id: z.uuid(), role: z.enum(roles) }),
      errors: [UserMissing, LastAdmin],
      handle: async ({ actor, params: { id }, body: { role, reason }, requestId }) => {
        await db.transaction(async (tx) => {
          const before = await changeRole(tx, { userId: id, role })
          const holder = await getHolder(tx, { userId: id })
          if (before === undefined || holder === undefined) throw new UserMissing({})
          await insertAuditEntry(tx, {
            id: newId(), action: 'user.role', actor: actor.userId, accountId: holder.accountId, subject: `user:${id}`, reason, requestId, transactionId: null,
            before: { role: before }, after: { role },
          })
        })
        onRoleChanged()
        return { id, role }
      },
    }),
    route({
      method: 'POST',
      path: '/api/admin/users/:id/plan',
      operation: 'changeUserPlan',
      summary: 'Put somebody on another plan: from now on it decides how long outputs are kept, also those there are',
      tags: ['admin'],
      access: 'admin',
      params: z.strictObject({ id: z.uuid() }),
      body: z.strictObject({ plan: Plan, reason: Reason }),
      status: 200,
      reply: z.object({ id: z.uuid(), plan: z.string() }),
      errors: [UserMissing],
      handle: async ({ actor, params: { id }, body: { plan, reason }, requestId }) => {
        await db.transaction(async (tx) => {
          const changed = await changePlan(tx, { userId: id, plan })
          if (changed === undefined) throw new UserMissing({})
          const { accountId, before } = changed
          await insertAuditEntry(tx, { id: newId(), action: 'user.plan', actor: actor.userId, accountId, reason, requestId, transactionId: null, before: { plan: before }, after: { plan } })
        })
        return { id, plan }
      },
    }),
    route({
      method: 'POST',
      path: '/api/admin/users/:id/credits',
      operation: 'changeUserCredits',
      summary: 'Give credits to somebody, or take them',
      tags: ['admin'],
      access: 'admin',
      idempotency: 'accepted',
      params: z.strictObject({ id: z.uuid() }),
      body: ChangeBody,
      status: 200,
      reply: ChangedView,
      errors: [UserMissing, BelowAvailable, UnfitExpiry, BalanceTooLarge, IdempotencyMismatch, IdempotencyInFlight],
      handle: async ({ actor, params, body, key, requestId }) => {
        const request = key === null ? null : { accountId: actor.accountId, key, requestHash: fingerprint(`changeUserCredits ${params.id}`, body) }
        const { replayed, ...first } = await answerOnce(db, request, async (tx) => {
          const holder = await getHolder(tx, { userId: params.id })
          if (holder === undefined) throw new UserMissing({})
          const changed = await changeCredits(tx, {
            accountId: holder.accountId,
            kind: body.amount > 0 ? 'grant' : 'adjust',
            amount: BigInt(body.amount),
            expiresAt: body.expiresAt === undefined ? null : new Date(body.expiresAt),
            actor: actor.userId, reason: body.reason, requestId,
          })
          return { status: 200, body: changedView(changed) }
        })
        return answer({ ...first, body: first.body as z.output<typeof ChangedView>, headers: replayed ? { 'idempotent-replayed': 'true' } : {} })
      },
    }),
    route({
      method: 'GET',
      path: '/api/admin/users',
      operation: 'listUsers',
      summary: 'People and what they have, the newest first',
      tags: ['admin'],
      access: 'viewer',
      query: z.strictObject({ q: z.string().trim().max(200).default('').describe('Part of an address, or the beginning of an id'), limit: Limit, cursor: Cursor }),
      status: 200,
      reply: z.object({ items: z.array(UserView), nextCursor: z.string().nullable() }),
      errors: [InvalidCursor],
      handle: async ({ query: { q, limit, cursor } }) => {
        const rows = await listUsers(db, { text: q === '' ? null : q, after: readCursor(cursor), limit: limit + 1 })
        return page(rows, limit, userView)
      },
    }),
    route({
      method: 'GET',
      path: '/api/admin/audit',
      operation: 'listAudit',
      summary: 'What operators did, the newest first',
      tags: ['admin'],
      access: 'viewer',
      query: z.strictObject({ accountId: z.uuid().optional(), limit: Limit, cursor: Cursor }),
      status: 200,
      reply: z.object({ items: z.array(AuditView), nextCursor: z.string().nullable() }),
      errors: [InvalidCursor],
      handle: async ({ query: { accountId, limit, cursor } }) => {
        const rows = await listAuditEntries(db, { accountId: accountId ?? null, after: readCursor(cursor), limit: limit + 1 })
        return page(rows, limit, auditView)
      },
    }),
  ]
}

/** One row more than fits was asked for: it says whether there is a next page. */
export function page<Row extends { readonly id: string }, View>(rows: readonly Row[], limit: number, view: (row: Row) => View) {
  const shown = rows.slice(0, limit)
  const last = shown.at(-1)
  return { items: shown.map(view), nextCursor: rows.length > limit && last !== undefined ? encodeCursor({ id: last.id }) : null }
}

export function readCursor(cursor: string | undefined): string | null {
  return cursor === undefined ? null : decodeCursor(cursor, { id: idShape }).id
}

function changedView({ available, held, transactionId }: { available: bigint; held: bigint; transactionId: string }): z.input<typeof ChangedView> {
  return { available: Number(available), held: Number(held), transactionId }
}

function userView({ available, held, createdAt, ...rest }: UserWithBalance): z.input<typeof UserView> {
  return { ...rest, available: Number(available), held: Number(held), createdAt: createdAt.toISOString() }
}

function auditView({ createdAt, ...rest }: AuditEntry): z.input<typeof AuditView> {
  return { ...rest, createdAt: createdAt.toISOString() }
}
