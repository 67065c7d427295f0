import { isDeepStrictEqual } from 'node:util'
import type { FastifyBaseLogger } from 'fastify'
import type { z } from 'zod'
import { Refusal } from '#lib/errors'
import { Answer, Bytes } from './answer.ts'
import * as edge from './errors.ts'
import type { OwnRoute } from './route.ts'

/** Refusals of the shell itself, which every route may give. */
const EDGE_CODES: ReadonlySet<string> = new Set(Object.values(edge).map(({ code }) => code))

/**
 * Runs a handler and holds it to what its route declares.
 *
 * A refusal the route does not list is still an honest refusal, so a client gets it, and the log says
 * that the route is incomplete. Under `strict`, which tests use, it becomes a bug, as does a reply that
 * does not have the declared shape. Replies are not checked otherwise: on the way out the check costs
 * more than the rest of the answer, and types hold handlers to the same shape.
 */
export async function runDeclared(
  own: OwnRoute,
  { strict, log }: { strict: boolean; log: FastifyBaseLogger },
  handle: () => Promise<unknown>,
): Promise<unknown> {
  try {
    const result = await handle()
    if (strict) checkReply(own, result)
    return result
  } catch (error) {
    if (!(error instanceof Refusal) || isDeclared(own, error)) throw error
    log.warn({ operation: own.operation, code: error.code }, 'refusal not declared by its route')
    if (strict) throw new Error(`${own.operation} does not declare ${error.code}`, { cause: error })
    throw error
  }
}

function isDeclared(own: OwnRoute, { code }: Refusal): boolean {
  return EDGE_CODES.has(code) || own.errors.some((declared) => declared.code === code)
}

function checkReply(own: OwnRoute, result: unknown): void {
  const chosen = result instanceof Answer || result instanceof Bytes ? result.status : undefined
  const declared = [own.status, ...(own.kind === 'sse' ? [] : own.alsoStatus ?? [])]
  if (chosen !== undefined && !declared.includes(chosen)) throw new Error(`${own.operation} does not declare status ${chosen}`)
  if (result instanceof Bytes || (own.kind === 'raw' && own.reply === undefined)) return
  const body = result instanceof Answer ? result.body : result
  if (own.kind === 'sse' && body === undefined) return
  checkBody(own.operation, own.reply ?? null, body)
}

/** Compares what will be on the wire, where dates are text and undefined fields are absent. */
function checkBody(operation: string, schema: z.ZodType | null, body: unknown): void {
  if (schema === null) {
    if (body !== undefined && body !== null) throw new Error(`${operation} declares no reply and gives one`)
    return
  }
  const wire: unknown = JSON.parse(JSON.stringify(body))
  const parsed: unknown = schema.parse(wire)
  if (!isDeepStrictEqual(parsed, wire)) throw new Error(`${operation} replies with fields it does not declare`)
}
