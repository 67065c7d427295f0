import { z } from 'zod'
import { bytes, rawRoute } from '#platform/http'
import type { Db } from '#platform/db'
import type { VideoProvider } from '#platform/providers'
import type { CallbackAddresses } from './callback-address.ts'
import { CallbackUnreadable, CallbackUnknown } from './errors.ts'
import { noteCallback } from './sql-tasks.ts'

export interface CallbackRouteParts {
  readonly db: Db
  readonly videoProviders: ReadonlyMap<string, VideoProvider>
  readonly callbacks: CallbackAddresses
}

/** Longer than any vendor's description of a task. */
const BYTES_MAX = 256 * 1024

/**
 * Where providers tell that a task has changed. Whatever is told only makes the task be asked after now: the sender proves no more than that it knows the address. Safe to
 * repeat; of a task that has ended, or that nobody waits for, nothing changes.
 */
export function callbackRoute({ db, videoProviders, callbacks }: CallbackRouteParts) {
  return rawRoute({
    method: 'POST',
    path: '/api/webhooks/providers/:provider/:token',
    operation: 'receiveProviderCallback',
    summary: 'For providers: a task has changed, and is asked after',
    tags: ['webhooks'],
    access: 'public',
    params: z.strictObject({ provider: z.string().max(50), token: z.string().max(200) }),
    accepts: { mediaTypes: ['*'], bytesMax: BYTES_MAX, as: 'buffer' },
    status: 204,
    produces: [],
    errors: [CallbackUnknown, CallbackUnreadable],
    handle: async ({ params, body, request, log }) => {
      const attemptId = callbacks.readToken(params.provider, params.token)
      const provider = videoProviders.get(params.provider)
      if (attemptId === null || provider?.readCallback === undefined) throw new CallbackUnknown({})
      const hint = provider.readCallback({ body: body ?? Buffer.alloc(0), headers: request.headers })
      if (hint === null) throw new CallbackUnreadable({})
      const noted = await noteCallback(db, attemptId, hint.taskId)
      log.debug({ attemptId, provider: params.provider, providerStatus: hint.providerStatus, noted }, 'a provider told of a task')
      return bytes({ body: null, contentType: null })
    },
  })
}
