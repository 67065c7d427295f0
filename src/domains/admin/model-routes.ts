import { z } from 'zod'
import {
  type Catalogue, entryOf, FindingMissing, getLastCheck, insertCheck, listModelRows, listOpenFindings, listPriceVersions, ModelChangeRefused, ModelChangeStale, type PriceList, resettable,
  seedModels, UNIT_PRICE_MAX, type Wish,
} from '#domains/catalog'
import { countOpenByModel } from '#domains/generations'
import { newId } from '#lib/ids'
import type { Db } from '#platform/db'
import { answer, route } from '#platform/http'
import { changeCatalogue, settleFinding } from './change-catalogue.ts'
import { AdminModelView, adminModelView, CheckView, checkView, LimitsBody } from './model-views.ts'
import { REASON_LENGTH_MAX } from './routes.ts'
import { insertAuditEntry } from './sql.ts'

export interface ModelRoutesParts {
  readonly db: Db
  readonly catalogue: Pick<Catalogue, 'renew'>
  readonly prices: Pick<PriceList, 'renew' | 'now'>
}

const FINDINGS_MAX = 500

const count = z.number().int()
/** Years that every part of the house writes with four digits, whatever the offset. */
const [EARLIEST, LATEST] = [Date.UTC(2000), Date.UTC(3000)]
const time = z.iso.datetime({ offset: true }).refine((text) => Date.parse(text) >= EARLIEST && Date.parse(text) < LATEST, 'must be in the years 2000 to 2999')
const PRICE_VERSION_MAX = 2_147_483_647
const Slug = z.string().min(1).max(100)
const WhyBody = z.string().trim().min(1).max(REASON_LENGTH_MAX).describe('Kept in the audit log')
const tags = ['admin'] as const

const PriceBody = z.strictObject({
  credits: count.min(1).max(UNIT_PRICE_MAX).describe('For one image or second; where there are rates, that of the resolution asked for by default'),
  rates: z.record(z.string().max(50), count.min(1).max(UNIT_PRICE_MAX)).default({}).describe('By resolution: all of the model, or none'),
  startsAt: time.nullable().default(null).describe('Null is at once. Other processes follow within seconds; for one moment give it a minute\'s lead'),
})

const ChangeBody = z
  .strictObject({
    id: Slug, expectedVersion: count.min(0).describe('The version that was seen'),
    enabled: z.boolean().optional(), moveQueued: z.boolean().optional(),
    name: z.string().trim().min(1).max(100).optional(), providerModel: Slug.optional(), limits: LimitsBody.optional().describe('Takes the place of the limits decided before'),
    shutdownAt: time.nullable().optional().describe('Null: no end is known'), replacement: Slug.nullable().optional(),
    fallbacks: z.array(Slug).max(20).optional(), note: z.string().trim().max(2_000).optional(),
    reset: z.array(z.enum(resettable)).max(resettable.length).optional().describe('What goes back to what this version knows'),
    price: PriceBody.optional().describe('A further version of its price. None is ever changed'),
    withdrawPrice: count.min(1).max(PRICE_VERSION_MAX).optional().describe('A version that has not started'),
  })
  .meta({ id: 'ModelChange' })

const ModelsView = z.object({ items: z.array(AdminModelView), lastCheck: CheckView.nullable() })

/** The catalogue for operators: every model with what was decided about it, and the decisions themselves. */
export function modelRoutes(parts: ModelRoutesParts) {
  return [...catalogueRoutes(parts), ...findingRoutes(parts)]
}

function catalogueRoutes({ db, catalogue, prices }: ModelRoutesParts) {
  return [
    route({
      method: 'GET', path: '/api/admin/models', operation: 'listAdminModels', summary: 'Every model: as this version knows it, what was decided, prices, and what waits for it',
      tags, access: 'viewer', status: 200, reply: ModelsView, errors: [],
      handle: () => readModels(db, prices.now()),
    }),
    route({
      method: 'PUT', path: '/api/admin/models', operation: 'changeModels', summary: 'Decide about models: all of the changes, or none',
      tags, access: 'admin',
      body: z.strictObject({ models: z.array(ChangeBody).min(1).max(50), reason: WhyBody }),
      status: 200, reply: ModelsView, errors: [ModelChangeRefused, ModelChangeStale],
      handle: async ({ actor, body: { models, reason }, requestId }) => {
        await db.transaction((tx) => changeCatalogue(tx, models.map(toWish), { actor: actor.userId, reason, requestId }))
        await Promise.all([catalogue.renew(), prices.renew()])
        return readModels(db, prices.now())
      },
    }),
  ]
}

function findingRoutes({ db }: ModelRoutesParts) {
  return [
    route({
      method: 'POST', path: '/api/admin/models/check', operation: 'checkModels', summary: 'Have the providers asked about their models; a worker does it within seconds',
      tags, access: 'operator', body: z.strictObject({ reason: WhyBody.default('no reason given') }).default({ reason: 'no reason given' }),
      status: 202, reply: CheckView, errors: [],
      handle: async ({ actor, body, requestId }) => {
        const id = newId()
        await db.transaction(async (tx) => {
          await insertCheck(tx, { id, slot: id, by: actor.userId })
          await insertAuditEntry(tx, { id: newId(), action: 'model.check', actor: actor.userId, reason: body.reason, requestId, accountId: null, subject: `model_check:${id}`, transactionId: null, before: {}, after: {} })
        })
        const asked = { id, slot: id, askedBy: actor.userId, askedAt: new Date(), finishedAt: null, outcome: null }
        return answer({ status: 202, body: checkView(asked) })
      },
    }),
    route({
      method: 'POST', path: '/api/admin/models/findings/:id/resolve', operation: 'resolveModelFinding', summary: 'Close a finding: somebody has dealt with it',
      tags, access: 'admin', params: z.strictObject({ id: z.uuid() }), body: z.strictObject({ reason: WhyBody }),
      status: 204, reply: null, errors: [FindingMissing],
      handle: async ({ actor, params, body, requestId }) => {
        await db.transaction((tx) => settleFinding(tx, params.id, { actor: actor.userId, reason: body.reason, requestId }))
      },
    }),
  ]
}

/** An instant is kept in one spelling, so that it can be compared. */
function toWish({ shutdownAt, price, ...rest }: z.output<typeof ChangeBody>): Wish {
  return {
    ...rest,
    shutdownAt: typeof shutdownAt === 'string' ? new Date(shutdownAt).toISOString() : shutdownAt,
    price: price && { ...price, startsAt: price.startsAt === null ? null : new Date(price.startsAt) },
  }
}

/** Read from the database and not from what is remembered: an admin sees what the next change will be judged by. */
async function readModels(db: Db, now: Date): Promise<z.input<typeof ModelsView>> {
  // First, and not beside the others: with a check that is told as finished stands what it found and changed.
  const lastCheck = await getLastCheck(db)
  const [rows, prices, open, findings] = await Promise.all([listModelRows(db), listPriceVersions(db), countOpenByModel(db), listOpenFindings(db, FINDINGS_MAX)])
  const items = seedModels.map((seed) => {
    const row = rows.find(({ model }) => model === seed.id)
    const of = <Item extends { readonly model: string }>(list: readonly Item[]) => list.filter(({ model }) => model === seed.id)
    return adminModelView(seed, { entry: entryOf(seed, row), row, prices: of(prices), open: of(open)[0], findings: of(findings), now })
  })
  return { items, lastCheck: lastCheck === undefined ? null : checkView(lastCheck) }
}
