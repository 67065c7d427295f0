import { z } from 'zod'

const deadlineSeconds = z.number().int().min(30).max(86_400).describe('After this long it is ended, and what is not there by then costs nothing')

/**
 * What a request says besides what is wanted, the same for every model. None of it changes what is wanted or its price, so a quote takes it as the request does, and
 * binds with it or without.
 *
 * Options of the interface that this version cannot honour are in it too, so that they are refused by name (`refuseUnbuilt`).
 */
export const requestTail = {
  quoteId: z.uuid().optional().describe('From POST /api/quotes: the price it names is held and charged, whatever the price is by now'),
  webhookUrl: z.url().max(2_048).optional(),
  deadlineSeconds: deadlineSeconds.default(900),
  priority: z.enum(['interactive', 'bulk']).default('interactive').describe('`bulk` is worked on when nothing interactive waits for the same provider, whoever asked for it'),
  allowFallback: z.boolean().optional().describe('Whether another model may make it where this one cannot be had, for at most its price; `servedBy` then says which. Yes unless told otherwise'),
  metadata: z.record(z.string().min(1).max(64), z.string().max(512)).default({}).refine((all) => Object.keys(all).length <= 50, 'may have at most 50 entries'),
}

/** A video takes minutes, and may wait in the provider's own line for more. */
export const videoTail = { ...requestTail, deadlineSeconds: deadlineSeconds.default(3_600) }
