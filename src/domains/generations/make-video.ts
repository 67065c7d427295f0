import { setTimeout as delay } from 'node:timers/promises'
import type { StoredVideoInput } from '#domains/catalog'
import type { EndedCall } from '#domains/capacity'
import { UploadMissing } from '#domains/uploads'
import { failpoint } from '#lib/failpoint'
import { ProviderFailure, type ProviderFailureReason, type VideoCall, type VideoResult } from '#platform/providers'
import { awaitPermission } from './await-permission.ts'
import { announce } from './live.ts'
import { announceProgress, endedBadly, giveUp, INPUT_MISSING, type Outcome, toRecord } from './make-output.ts'
import { type MoveReason, servingInput, servingModel } from './model.ts'
import { pauseBefore, policyFor } from './retry-policy.ts'
import type { VideoRun } from './run.ts'
import { setPhase } from './sql-sessions.ts'
import { endTask, leaveToTask, recordLostSubmit, recordTask, type TaskEnd } from './sql-tasks.ts'
import { recordFailure, recordResult } from './sql-work.ts'
import { nextPollSeconds } from './task-pace.ts'
import { transferVideo } from './transfer-video.ts'

export interface PaidVideo {
  readonly attemptId: string
  readonly taskId: string | null
  readonly result: VideoResult
}

/**
 * Takes the next step with a video: has it made and leaves it to its task; or, when the task has ended, fetches what it made, or has it made again, or
 * records why there will be none.
 *
 * What may be under way is never asked for a second time: as long as a call of it is asked after, the generation is left to that.
 */
export async function makeVideo(run: VideoRun, index: number): Promise<Outcome> {
  const calls = run.attempts.filter(({ outputIndex, callNumber }) => outputIndex === index && callNumber > run.session.callsOutdated)
  const pending = calls.find(({ isAskedAfter }) => isAskedAfter)
  if (pending !== undefined) return leave(run, leaveToTask(run.db, run.fence, pending.id))
  const paid = calls.findLast(({ state }) => state === 'succeeded')
  let known: PaidVideo | undefined = paid?.result == null ? undefined : { attemptId: paid.id, taskId: paid.taskId, result: paid.result as VideoResult }
  const mine = run.attempts.filter(({ callNumber, model }) => callNumber > run.session.callsForgiven && (model ?? run.session.model) === servingModel(run.session))
  const reasons = mine.flatMap(({ failureReason }) => (failureReason === null ? [] : [failureReason]))
  let failure: Failed | undefined = known === undefined ? reasons.map((reason) => ({ reason: reason as ProviderFailureReason, retryAfterSeconds: null })).at(-1) : undefined
  while (!run.signal.aborted) {
    const next = failure === undefined ? 'again' : await afterFailure(run, index, { failure, isPaid: known !== undefined }, reasons)
    if (next !== 'again') return next
    try {
      const made = known ?? (await submit(run, index))
      if (made === 'left' || made === 'parked') return made
      known = made
      await transferVideo(run, index, known)
      return 'decided'
    } catch (error) {
      if (error instanceof UploadMissing) return giveUp(run, index, INPUT_MISSING)
      if (!(error instanceof ProviderFailure)) throw error
      run.log.info({ generationId: run.session.id, reason: error.reason, err: error }, 'a provider call failed')
      run.alarm.hear(run.session, error)
      if (error.reason === 'output_gone' || error.reason === 'bad_output') known = undefined
      reasons.push(error.reason)
      failure = error
    }
  }
  return 'left'
}

type Failed = Pick<ProviderFailure, 'reason' | 'retryAfterSeconds'>

/** One submit, between a committed intent and a committed task. */
async function submit(run: VideoRun, index: number): Promise<PaidVideo | 'left' | 'parked'> {
  const { db, session, fence, provider, meter, signal } = run
  const pictures = await run.pictures()
  const permission = await awaitPermission(run, index)
  if (permission === undefined) return 'left'
  const { attemptId, callNumber, slot } = permission
  const ended = { provider: session.provider, kind: session.kind, slot, attemptId, generationId: session.id }
  const started = performance.now()
  const seconds = () => (performance.now() - started) / 1_000
  try {
    const submission = await provider.submit({ ...toCall(run, attemptId, callNumber), ...pictures }, { signal })
    meter.called(provider.name, 'succeeded', seconds())
    failpoint('worker.after_submit')
    const answered: EndedCall = { ...ended, effect: 'answered', retryAfterSeconds: null }
    if (submission.kind === 'result') {
      const { result } = submission
      await endCall(run, attemptId, () => recordResult(db, answered, result), { state: 'succeeded', result, providerStatus: 'succeeded' })
      if (slot !== null) run.capacity.freed()
      return { attemptId, taskId: null, result }
    }
    const { taskId, providerStatus } = submission
    const left = recordTask(db, answered, fence.token, { taskId, providerStatus, pollInSeconds: nextPollSeconds(0) })
    return await leave(run, left)
  } catch (error) {
    if (!(error instanceof ProviderFailure)) throw error
    meter.called(provider.name, error.reason, seconds())
    return afterRefusal(run, ended, error)
  }
}

/** A submit that was certainly refused has ended. Of any other nobody knows whether it is under way: the provider is asked, by whoever asks after tasks. */
async function afterRefusal(run: VideoRun, ended: Omit<EndedCall, 'effect' | 'retryAfterSeconds'>, error: ProviderFailure): Promise<'left' | 'parked'> {
  const { db, fence, capacity } = run
  const call = endedBadly(run, ended, error)
  if (error.reason === 'outcome_unknown' || error.reason === 'bad_response') {
    return leave(run, recordLostSubmit(db, call, fence.token, { reason: error.reason, message: error.message.slice(0, 1_000) }))
  }
  const { reason, message } = toRecord(error)
  await endCall(run, ended.attemptId, () => recordFailure(db, call, { state: 'failed', reason, message }), { state: 'failed', reason, message, providerStatus: null })
  if (ended.slot !== null) capacity.freed()
  throw error
}

/** Whoever thought this worker dead, or ended the generation, has it asked what became of the call: what is known now is the answer to that. */
async function endCall({ db, watch, realtime, session }: VideoRun, attemptId: string, record: () => Promise<boolean>, end: TaskEnd): Promise<void> {
  if (await watch.time(record())) return
  const { ended, seq } = await watch.time(endTask(db, { attemptId, generationId: session.id }, end))
  // Given up between the two.
  if (!ended) await record()
  if (seq !== null) announce(realtime, { id: session.id, accountId: session.accountId, status: 'queued', seq })
}

async function leave(run: VideoRun, writing: Promise<number | undefined>): Promise<'left' | 'parked'> {
  const seq = await run.watch.time(writing)
  if (seq === undefined) return 'left'
  failpoint('worker.after_task_saved')
  announceProgress(run)
  return 'parked'
}

function toCall({ session, provider, callbacks, endUsers }: VideoRun, attemptId: string, callNumber: number): VideoCall {
  const { prompt, resolution, aspectRatio, durationSeconds, generateAudio, seed, negativePrompt } = servingInput(session) as StoredVideoInput
  return {
    providerModel: session.providerModel, prompt, resolution, ratio: aspectRatio, durationSeconds, audio: generateAudio, watermark: false, seed, negativePrompt,
    callbackUrl: callbacks.addressFor(provider, attemptId), clientReference: attemptId,
    endUser: endUsers.nameOf(session.provider, session.accountId), requestId: session.id, callNumber,
  }
}

/** Whether the last failure lets it be tried again; waits until then. Records the failure when it does not. */
async function afterFailure(run: VideoRun, index: number, { failure, isPaid }: { failure: Failed; isPaid: boolean }, reasons: readonly string[]): Promise<Outcome | 'again'> {
  const { db, fence, session, watch, signal, stopping, pauseFor = pauseBefore } = run
  if (signal.aborted) return 'left'
  const repeat = reasons.filter((reason) => reason === failure.reason).length
  const policy = policyFor(session.kind, failure.reason, isPaid)
  const [pauseMs, toldMs] = [pauseFor(policy, repeat), (failure.retryAfterSeconds ?? 0) * 1_000]
  if (repeat <= policy.repeatsMax && Date.now() + Math.max(pauseMs, toldMs) < session.deadlineAt.getTime()) {
    if (await watch.time(setPhase(db, session.id, fence.token, 'retrying'))) announceProgress(run)
    // What was told to a submit is waited for before the next one begins. A video that is only fetched waits here.
    await delay(failure.reason === 'network' ? Math.max(pauseMs, toldMs) : pauseMs, undefined, { signal: AbortSignal.any([signal, stopping]) }).catch(() => undefined)
    return 'again'
  }
  const { reason } = failure
  if (run.router?.mayMove(session, reason) === true && !reasons.includes('outcome_unknown') && !reasons.includes('bad_response')) {
    run.unserved.set(index, { reason: reason as MoveReason, code: policy.code, message: policy.message })
    return 'elsewhere'
  }
  return giveUp(run, index, policy)
}
