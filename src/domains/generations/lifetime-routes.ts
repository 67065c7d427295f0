import { z } from 'zod'
import { asReached, type Catalogue, type Order, type Reach, reorder } from '#domains/catalog'
import { type Actor, type Answer, route } from '#platform/http'
import type { RefusalType } from '#lib/errors'
import { type Deleting, deleteGeneration } from './delete-generation.ts'
import { GenerationMissing, GenerationOpen } from './errors.ts'
import { beganAt, isFinal, type Session } from './model.ts'
import { readSession } from './read.ts'
import { Generation, RetryBody } from './schemas.ts'
import type { GenerationView } from './view.ts'

/** A request that stands for another one. */
export interface Repetition {
  readonly order: () => Order
  readonly tail: { readonly metadata: Record<string, string>; readonly allowFallback: boolean; readonly deadlineSeconds: number; readonly priority: Session['priority']; readonly quoteId: string | undefined; readonly webhookUrl: undefined }
  readonly retriedFrom: string
  readonly actor: Actor
  readonly key: string | null
  readonly asked: { readonly address: string; readonly body: unknown }
}

export interface LifetimeRoutesParts extends Deleting {
  readonly catalogue: Catalogue
  readonly reach: Reach
  /** Takes the request as if it had been sent anew. */
  readonly accept: (request: Repetition) => Promise<Answer<GenerationView>>
  /** What that may refuse. */
  readonly acceptErrors: readonly RefusalType<never>[]
}

const ById = z.strictObject({ id: z.uuid() })
const tags = ['generations'] as const

export function lifetimeRoutes(parts: LifetimeRoutesParts) {
  return [retryRoute(parts), deleteRoute(parts)]
}

function retryRoute(parts: LifetimeRoutesParts) {
  const { db, accept, acceptErrors } = parts
  return route({
    method: 'POST',
    path: '/api/generations/:id/retry',
    operation: 'retryGeneration',
    summary: 'Ask for the same again: a new generation with the same input, at the price of today',
    tags,
    access: 'member',
    params: ById,
    body: RetryBody,
    idempotency: 'accepted',
    status: 202,
    reply: Generation,
    errors: [GenerationMissing, GenerationOpen, ...acceptErrors],
    handle: async ({ actor, params, body, key, request }) => {
      const session = await readSession(db, params.id, actor.accountId)
      if (!isFinal(session.status)) throw new GenerationOpen({ wish: 'Wait for its end, or cancel it first; then it can be asked for again.' })
      const { metadata, priority, allowFallback } = session
      const tail = { metadata, priority, allowFallback, deadlineSeconds: secondsOf(session), quoteId: body.quoteId, webhookUrl: undefined }
      return accept({ order: () => orderOf(parts, session), tail, retriedFrom: session.id, actor, key, asked: { address: request.url, body } })
    },
  })
}

/** What it was asked for, checked against the catalogue of now. */
function orderOf({ catalogue, reach }: LifetimeRoutesParts, { kind, model, input, defaulted }: Session): Order {
  return reorder(asReached(reach, catalogue.findModel(kind, model)), input, defaulted)
}

/** How long it had. */
function secondsOf(session: Session): number {
  return Math.round((session.deadlineAt.getTime() - beganAt(session).getTime()) / 1_000)
}

function deleteRoute(parts: LifetimeRoutesParts) {
  return route({
    method: 'DELETE',
    path: '/api/generations/:id',
    operation: 'deleteGeneration',
    summary: 'Delete one that has ended, with its outputs; what it cost stays in the statement',
    tags,
    access: 'member',
    params: ById,
    status: 204,
    reply: null,
    errors: [GenerationMissing, GenerationOpen],
    handle: ({ actor, params }) => deleteGeneration(parts, params.id, actor.accountId),
  })
}
