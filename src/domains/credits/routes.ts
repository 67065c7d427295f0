import { Readable } from 'node:stream'
import { z } from 'zod'
import { InvalidCursor } from '#lib/errors'
import type { Db } from '#platform/db'
import { bytes, route } from '#platform/http'
import type { Lot } from './model.ts'
import { readCredits } from './sql-balance.ts'
import { readStatement } from './statement.ts'
import { exportStatement } from './statement-csv.ts'
import { movementView } from './view.ts'

const LOTS_SHOWN_MAX = 100
/** Below this many available credits the web app warns. */
const LOW_BALANCE = 10n

const credits = z.number().int()
const time = z.iso.datetime()

const LotView = z
  .object({ id: z.uuid(), source: z.string(), granted: credits, remaining: credits, expiresAt: time.nullable() })
  .meta({ id: 'Lot' })

const CreditsView = z
  .object({ available: credits, held: credits, lots: z.array(LotView), lowBalance: z.boolean() })
  .meta({ id: 'Credits' })

const TransactionView = z
  .object({
    id: z.uuid(),
    kind: z.enum(['grant', 'capture', 'expire', 'adjust', 'clawback', 'hold', 'release']),
    amount: credits.describe('Change of available + held'),
    heldChange: credits,
    balanceAfter: credits.describe('available + held after this line'),
    generationId: z.uuid().nullable(),
    reason: z.string(),
    createdAt: time,
  })
  .meta({ id: 'Transaction' })

const StatementQuery = z.strictObject({
  kind: z.enum(['grant', 'capture', 'expire', 'adjust', 'clawback', 'hold', 'release']).optional(),
  holds: z.stringbool().default(false).describe('Also list holds and releases, which change only what is held'),
  limit: z.coerce.number().int().min(1).max(100).default(20),
  cursor: z.string().max(500).optional(),
})

export function creditRoutes({ db }: { db: Db }) {
  return [
    route({
      method: 'GET',
      path: '/api/credits',
      operation: 'getCredits',
      summary: 'Balance and lots of the account',
      tags: ['credits'],
      access: 'member',
      status: 200,
      reply: CreditsView,
      errors: [],
      handle: async ({ actor }) => {
        const { available, held, lots } = await readCredits(db, actor.accountId, LOTS_SHOWN_MAX)
        return { available: Number(available), held: Number(held), lots: lots.map(lotView), lowBalance: available < LOW_BALANCE }
      },
    }),
    route({
      method: 'GET',
      path: '/api/credits/transactions',
      operation: 'listTransactions',
      summary: 'The statement, newest first; as CSV with Accept: text/csv',
      tags: ['credits'],
      access: 'member',
      query: StatementQuery,
      status: 200,
      reply: z.object({ items: z.array(TransactionView), nextCursor: z.string().nullable() }),
      alsoProduces: ['text/csv'],
      errors: [InvalidCursor],
      handle: async ({ actor, query, request }) => {
        const filters = { accountId: actor.accountId, kind: query.kind ?? null, withHolds: query.holds || isHoldKind(query.kind) }
        if (wantsCsv(request.headers.accept)) return csv(exportStatement(db, filters))
        const page = await readStatement(db, { ...filters, cursor: query.cursor ?? null, limit: query.limit })
        return { items: page.items.map(movementView), nextCursor: page.nextCursor }
      },
    }),
  ]
}

function isHoldKind(kind: string | undefined): boolean {
  return kind === 'hold' || kind === 'release'
}

function wantsCsv(accept: string | undefined): boolean {
  return accept?.includes('text/csv') ?? false
}

function csv(lines: AsyncIterable<string>) {
  const headers = { 'content-disposition': 'attachment; filename="credits.csv"' }
  return bytes({ body: Readable.from(lines), contentType: 'text/csv; charset=utf-8', headers })
}

function lotView({ id, source, granted, remaining, expiresAt }: Lot): z.input<typeof LotView> {
  return { id, source, granted: Number(granted), remaining: Number(remaining), expiresAt: expiresAt?.toISOString() ?? null }
}
