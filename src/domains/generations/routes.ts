import { z } from 'zod'
import {
  asReached, type Catalogue, isConfigured, isSimulated, ModelDisabled, ModelRetired, ModelUnconfigured, type Order, orderImages, orderVideo, type PriceList, QuoteMismatch,
  QuoteMissing, type Quotes, type Reach, refuseUnbuilt, UnknownModel, UnsupportedOption,
} from '#domains/catalog'
import { InsufficientCredits } from '#domains/credits'
import { PicturesRefused, type SettleParts } from '#domains/uploads'
import { InvalidCursor } from '#lib/errors'
import type { Db } from '#platform/db'
import { answer, route, sseRoute } from '#platform/http'
import type { VideoProvider } from '#platform/providers'
import type { Realtime } from '#platform/realtime'
import { type Storage, StorageUnavailable } from '#platform/storage'
import type { Logger } from '#platform/telemetry'
import { Admission } from './admission.ts'
import { assetRoutes } from './asset-routes.ts'
import type { CallbackAddresses } from './callback-address.ts'
import { callbackRoute } from './callback-route.ts'
import { cancel } from './cancel.ts'
import { AccountBusy, GenerationMissing, IdempotencyInFlight, IdempotencyMismatch } from './errors.ts'
import { lifetimeRoutes } from './lifetime-routes.ts'
import { accountTopic, announceNew } from './live.ts'
import { listGenerations, readGeneration, readSession } from './read.ts'
import type { RetentionDays } from './retention.ts'
import { Generation, GenerationPage, ImageBody, ListQuery, VideoBody } from './schemas.ts'
import { findFirst, submit } from './submit.ts'
import { usageRoutes } from './usage-routes.ts'
import { acceptedView } from './view.ts'
import { zipRoute } from './zip-route.ts'
import { watchGeneration } from './watch.ts'

export interface GenerationRoutesParts {
  readonly db: Db
  readonly storage: Storage
  readonly realtime: Realtime
  readonly catalogue: Catalogue
  readonly prices: PriceList
  readonly quotes: Quotes
  readonly reach: Reach
  /** Where the pictures that a request names come from. */
  readonly uploads: SettleParts
  readonly retention: RetentionDays
  readonly log: Logger
  /** As in `assetRoutes`. */
  readonly signedDownloads: boolean
  readonly videoProviders: ReadonlyMap<string, VideoProvider>
  readonly callbacks: CallbackAddresses
  /** Called after a request was accepted: there is a message to move. */
  readonly onAccepted: () => void
}

const BySlug = z.strictObject({ model: z.string().min(1).max(100) })
const submitErrors = [
  UnknownModel, ModelRetired, ModelDisabled, ModelUnconfigured, UnsupportedOption, QuoteMissing, QuoteMismatch, InsufficientCredits, AccountBusy, IdempotencyMismatch,
  IdempotencyInFlight, PicturesRefused, StorageUnavailable,
] as const
const ById = z.strictObject({ id: z.uuid() })
const tags = ['generations'] as const

export function generationRoutes(parts: GenerationRoutesParts) {
  const accept = acceptor(parts)
  return [
    ...submitRoutes(parts, accept), ...readRoutes(parts), cancelRoute(parts), ...lifetimeRoutes({ ...parts, accept, acceptErrors: submitErrors }), ...liveRoutes(parts), ...assetRoutes(parts), zipRoute(parts),
    callbackRoute(parts), ...usageRoutes(parts),
  ]
}

/** What is asked of a model, and the rest of the request. */
interface Request {
  /** Refuses what the model cannot do. */
  readonly order: () => Order
  readonly tail: Pick<z.output<typeof ImageBody>, 'metadata' | 'deadlineSeconds' | 'priority' | 'quoteId' | 'webhookUrl' | 'allowFallback'>
  readonly actor: { readonly accountId: string; readonly userId: string }
  /** Which generation it repeats. */
  readonly retriedFrom?: string
  readonly key: string | null
  readonly asked: { readonly address: string; readonly body: unknown }
}

function submitRoutes(routes: GenerationRoutesParts, accept: ReturnType<typeof acceptor>) {
  const common = { method: 'POST', tags, access: 'member', params: BySlug, idempotency: 'accepted', status: 202, reply: Generation, errors: submitErrors } as const
  return [
    route({
      ...common,
      path: '/api/images/:model/generate',
      operation: 'generateImages',
      summary: 'Ask for images: holds the credits and answers at once',
      body: ImageBody,
      handle: async ({ actor, params, body, key, request }) => {
        const { metadata, deadlineSeconds, priority, quoteId, webhookUrl, allowFallback, ...input } = body
        const order = () => orderImages(asReached(routes.reach, routes.catalogue.findModel('image', params.model)), input)
        return accept({ order, tail: { metadata, deadlineSeconds, priority, quoteId, webhookUrl, allowFallback }, actor, key, asked: { address: request.url, body } })
      },
    }),
    route({
      ...common,
      path: '/api/videos/:model/generate',
      operation: 'generateVideo',
      summary: 'Ask for a video: holds the credits and answers at once',
      body: VideoBody,
      handle: async ({ actor, params, body, key, request }) => {
        const { metadata, deadlineSeconds, priority, quoteId, webhookUrl, allowFallback, ...input } = body
        const order = () => orderVideo(asReached(routes.reach, routes.catalogue.findModel('video', params.model)), input)
        return accept({ order, tail: { metadata, deadlineSeconds, priority, quoteId, webhookUrl, allowFallback }, actor, key, asked: { address: request.url, body } })
      },
    }),
  ]
}

function acceptor({ db, realtime, prices, quotes, reach, uploads, onAccepted }: GenerationRoutesParts) {
  const parts = { db, prices, quotes, uploads, admission: new Admission(db) }
  const take = async ({ order: makeOrder, tail, actor, retriedFrom, key, asked }: Request) => {
    const order = makeOrder()
    refuseUnbuilt(order, tail.webhookUrl)
    const { metadata, deadlineSeconds, priority, quoteId = null, allowFallback } = tail
    return submit(parts, {
      accountId: actor.accountId, userId: actor.userId, order, simulated: isSimulated(reach, order.model), configured: isConfigured(reach, order.model),
      metadata, deadlineSeconds, priority, allowFallback, key, quoteId, retriedFrom: retriedFrom ?? null, request: asked,
    })
  }
  return async (request: Request) => {
    const { actor, key, asked } = request
    const { accepted, replayed } = await take(request).catch(async (error: unknown) => {
      // A repetition may come after the model was narrowed: it was accepted in time.
      const first = error instanceof UnsupportedOption ? await findFirst(db, actor.accountId, key, asked) : undefined
      if (first === undefined) throw error
      return { accepted: first, replayed: true }
    })
    if (!replayed) {
      onAccepted()
      announceNew(realtime, { id: accepted.id, accountId: actor.accountId })
    }
    const view = acceptedView(accepted)
    const headers = { location: view.urls.get, ...(replayed ? { 'idempotent-replayed': 'true' } : {}) }
    return answer({ status: 202, body: view, headers })
  }
}

function readRoutes(parts: GenerationRoutesParts) {
  return [
    route({
      method: 'GET',
      path: '/api/generations',
      operation: 'listGenerations',
      summary: 'History, newest first',
      tags,
      access: 'member',
      query: ListQuery,
      status: 200,
      reply: GenerationPage,
      errors: [InvalidCursor],
      handle: ({ actor, query }) =>
        listGenerations(parts, {
          accountId: actor.accountId,
          kind: query.kind ?? null,
          status: query.status ?? null,
          model: query.model ?? null,
          search: query.q ?? null,
          cursor: query.cursor ?? null,
          limit: query.limit,
        }),
    }),
    route({
      method: 'GET',
      path: '/api/generations/:id',
      operation: 'getGeneration',
      summary: 'One generation, as it is now',
      tags,
      access: 'member',
      params: ById,
      status: 200,
      reply: Generation,
      errors: [GenerationMissing],
      handle: ({ actor, params }) => readGeneration(parts, params.id, actor.accountId),
    }),
  ]
}

function cancelRoute(parts: GenerationRoutesParts) {
  const { db, realtime } = parts
  return route({
    method: 'POST',
    path: '/api/generations/:id/cancel',
    operation: 'cancelGeneration',
    summary: 'End it; what is stored stays and is paid, the rest is released',
    tags,
    access: 'member',
    params: ById,
    // Accepted because it moves credits, and not needed: what has ended ends no second time, with a key or without.
    idempotency: 'accepted',
    status: 200,
    reply: Generation,
    errors: [GenerationMissing],
    handle: async ({ actor, params }) => {
      // Looking first keeps other people's generations out of reach.
      await readSession(db, params.id, actor.accountId)
      await cancel(db, realtime, params.id)
      return readGeneration(parts, params.id, actor.accountId)
    },
  })
}

function liveRoutes({ db, realtime }: GenerationRoutesParts) {
  return [
    sseRoute({
      method: 'GET',
      path: '/api/generations/:id/events',
      operation: 'watchGeneration',
      summary: 'Its events as they happen; resumes after Last-Event-ID and ends with it',
      tags,
      access: 'member',
      params: ById,
      errors: [GenerationMissing],
      handle: async ({ actor, params, stream }) => {
        await readSession(db, params.id, actor.accountId)
        const afterSeq = readSeq(stream.lastEventId)
        stream.open()
        for await (const { seq, kind, data } of watchGeneration(db, realtime, { id: params.id, afterSeq, signal: stream.closed })) {
          await stream.send({ id: String(seq), event: kind, data })
        }
      },
    }),
    sseRoute({
      method: 'GET',
      path: '/api/events',
      operation: 'watchAccount',
      summary: 'Hints that a generation of the account changed; what is true is at its address',
      tags,
      access: 'member',
      errors: [],
      handle: async ({ actor, stream }) => {
        const left = Promise.withResolvers<void>()
        stream.closed.addEventListener('abort', () => left.resolve())
        const unsubscribe = realtime.subscribe(accountTopic(actor.accountId), ({ data }) => {
          // A hint without content follows a gap: the client looks at everything again, as after connecting.
          void stream.send('id' in data ? { event: 'generation', data } : { event: 'ready', data: {} })
        })
        await stream.send({ event: 'ready', data: {} })
        if (!stream.closed.aborted) await left.promise
        unsubscribe()
      },
    }),
  ]
}

/** Anything that is no number of an event means: from the beginning. */
function readSeq(lastEventId: string | null): number {
  return /^\d{1,9}$/.test(lastEventId ?? '') ? Number(lastEventId) : 0
}
