import { listProviders } from '#domains/capacity'
import { failpoint } from '#lib/failpoint'
import { newId } from '#lib/ids'
import { announce } from './live.ts'
import { announceProgress } from './make-output.ts'
import { type MoveReason, servingModel } from './model.ts'
import { moveToModel } from './move-to-model.ts'
import { withPictures } from './picture-shapes.ts'
import type { Run } from './run.ts'
import { insertFailedOutput } from './sql-work.ts'

/** An output that its model will not make, and why; with what is recorded when nobody else can make it either. */
export interface Unserved {
  readonly reason: MoveReason
  readonly code: string
  readonly message: string
}

/**
 * Hands what the model will not make to another one, when every call has ended. True when the generation has gone: it waits in the lane for that one, and the
 * caller has lost it. Otherwise it is recorded that these outputs will not come.
 */
export async function goElsewhere(run: Run): Promise<boolean> {
  failpoint('worker.before_move')
  if (await move(run)) return true
  for (const [index, { code, message }] of run.unserved) {
    if (await run.watch.time(insertFailedOutput(run.db, run.fence, { id: newId(), index, code, message }))) announceProgress(run)
  }
  return false
}

async function move({ db, session, fence, realtime, router, unserved, meter, log }: Run): Promise<boolean> {
  const reasons = [...unserved.values()].map(({ reason }) => reason)
  // What is wrong with the whole provider says more than what is wrong with one model.
  const reason = reasons.find((each) => each === 'auth' || each === 'quota') ?? reasons[0]!
  const candidate = router?.choose(await withPictures(db, session), reason, await listProviders(db))
  if (candidate === undefined) return false
  const { model, order, credits } = candidate
  const to = { model: model.id, provider: model.provider, providerModel: model.providerModel, input: order.input, unitCredits: credits }
  const seq = await moveToModel(db, { ...fence, to, reason })
  failpoint('worker.after_move')
  if (seq === undefined) return false
  log.info({ generationId: session.id, from: servingModel(session), to: model.id, reason }, 'a generation goes to another model')
  meter.moved(servingModel(session), model.id, reason)
  announce(realtime, { id: session.id, accountId: session.accountId, status: 'queued', seq })
  return true
}
