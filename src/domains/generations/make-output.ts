import { setTimeout as delay } from 'node:timers/promises'
import { effectOf, type EndedCall } from '#domains/capacity'
import { failpoint } from '#lib/failpoint'
import { newId } from '#lib/ids'
import type { StoredImageInput } from '#domains/catalog'
import { UploadMissing } from '#domains/uploads'
import { type ImageResult, inspectImage, ProviderFailure } from '#platform/providers'
import { announce } from './live.ts'
import { pauseBefore, policyFor } from './retry-policy.ts'
import { type MoveReason, servingInput, servingModel } from './model.ts'
import type { ImageRun, Run } from './run.ts'
import { setPhase } from './sql-sessions.ts'
import { type FailureRecord, insertFailedOutput, insertOutput, recordFailure, recordResult, spoilResult } from './sql-work.ts'
import { awaitPermission } from './await-permission.ts'
import { outputView } from './view.ts'

/** Larger than any image a model of the catalogue makes. */
const OUTPUT_BYTES_MAX = 64 * 1024 * 1024

interface Paid {
  readonly attemptId: string
  readonly result: ImageResult
}

/**
 * What became of an output: stored or given up; or left to whoever takes the generation next, which includes that the lease was lost; or `parked`: it is
 * being made, the generation is nobody's until its task has ended, and the caller has lost it; or `elsewhere`: its model will not make it, and another one may.
 */
export type Outcome = 'decided' | 'left' | 'parked' | 'elsewhere'

/**
 * Makes one output and makes it visible, or records why there will be none.
 *
 * It repeats calls as `failurePolicies` allows, counting those of earlier workers. Waiting for the provider to take a call counts as none. What would have to be
 * waited for long is left: the place is of more use to others.
 */
export async function makeOutput(run: ImageRun, index: number): Promise<Outcome> {
  const earlier = run.attempts.filter(({ outputIndex }) => outputIndex === index)
  const failures = new Map<string, number>()
  for (const { failureReason, callNumber, model } of earlier) {
    // What another model did counts against none of the calls of this one.
    if (failureReason !== null && callNumber > run.session.callsForgiven && (model ?? run.session.model) === servingModel(run.session)) failures.set(failureReason, (failures.get(failureReason) ?? 0) + 1)
  }
  const paid = earlier.findLast(({ state, callNumber }) => state === 'succeeded' && callNumber > run.session.callsOutdated)
  let known: Paid | undefined = paid?.result == null ? undefined : { attemptId: paid.id, result: paid.result as ImageResult }
  while (!run.signal.aborted) {
    try {
      known ??= await call(run, index)
      if (known === undefined) return 'left'
      await transfer(run, index, known)
      return 'decided'
    } catch (error) {
      if (error instanceof UploadMissing) return giveUp(run, index, INPUT_MISSING)
      if (!(error instanceof ProviderFailure)) throw error
      // Only a result that is worth nothing is given up. One that could not be fetched just now is fetched again, not paid for again.
      if (isSpoiled(error)) known = undefined
      const next = await afterFailure(run, index, { failure: error, isPaid: known !== undefined }, failures)
      if (next !== 'again') return next
    }
  }
  return 'left'
}

/** The call itself, between a committed intent and a committed answer. Undefined when it is not to be made by this worker. */
async function call(run: ImageRun, index: number): Promise<Paid | undefined> {
  const { db, session, watch, provider, meter, signal, capacity, endUsers } = run
  const pictures = await run.pictures()
  const permission = await awaitPermission(run, index)
  if (permission === undefined) return undefined
  const { attemptId, callNumber, slot } = permission
  const ended = { provider: session.provider, kind: session.kind, slot, attemptId, generationId: session.id }
  const { n: _, ...wanted } = servingInput(session) as StoredImageInput
  const endUser = endUsers.nameOf(session.provider, session.accountId)
  const request = { ...wanted, ...pictures, providerModel: session.providerModel, endUser, index, requestId: session.id, callNumber }
  const started = performance.now()
  const seconds = () => (performance.now() - started) / 1_000
  try {
    const result = await provider.generateImage(request, { signal })
    meter.called(provider.name, 'succeeded', seconds())
    failpoint('worker.after_submit')
    await watch.time(recordResult(db, { ...ended, effect: 'answered', retryAfterSeconds: null }, result))
    failpoint('worker.after_result_saved')
    return { attemptId, result }
  } catch (error) {
    if (error instanceof ProviderFailure) {
      meter.called(provider.name, error.reason, seconds())
      await watch.time(recordFailure(db, endedBadly(run, ended, error), toRecord(error)))
    }
    throw error
  } finally {
    if (slot !== null) capacity.freed()
  }
}

/** A call that we cut off ourselves says nothing about the provider. */
export function endedBadly({ signal }: Pick<Run, 'signal'>, ended: Omit<EndedCall, 'effect' | 'retryAfterSeconds'>, failure: ProviderFailure): EndedCall {
  return { ...ended, effect: signal.aborted ? 'none' : effectOf(failure), retryAfterSeconds: failure.retryAfterSeconds }
}

/** Copies the bytes to our own storage, looks at what they are, and makes the output visible. */
async function transfer(run: ImageRun, index: number, { attemptId, result }: Paid): Promise<void> {
  const { db, storage, session, fence, watch, provider, signal } = run
  const started = performance.now()
  // The token is part of the key: two workers never write to the same object.
  const objectKey = `generations/${session.id}/${fence.token}/${index}`
  let mayBeVisible = false
  try {
    const fetched = await provider.fetchOutput(result, { signal })
    failpoint('worker.in_transfer')
    const { bytes, sha256 } = await storage.put(objectKey, fetched.body, { maxBytes: OUTPUT_BYTES_MAX })
    failpoint('worker.after_put')
    const { body } = await storage.open(objectKey)
    const image = await inspectImage(body)
    const transferMs = Math.round(performance.now() - started)
    const output = { id: newId(), attemptId, index, objectKey, bytes, sha256, transferMs, ...image }
    mayBeVisible = true
    const visible = await watch.time(insertOutput(db, fence, output, { output: outputView({ ...output, bytes: BigInt(bytes) }) }))
    if (!visible) return await storage.delete(objectKey)
    failpoint('worker.after_output')
    announceProgress(run)
    await discard(run, result)
  } catch (error) {
    // Where only the answer was lost the output is there, and paid: its object stays, and is collected if it is nobody's.
    if (!mayBeVisible) await storage.delete(objectKey).catch(() => undefined)
    if (error instanceof ProviderFailure && isSpoiled(error)) await watch.time(spoilResult(db, fence, attemptId, toRecord(error)))
    throw error
  }
}

/** The bytes are safe and visible: what the provider's adapter kept of them may go. What stays is collected later. */
async function discard({ provider, log, session }: ImageRun, result: ImageResult): Promise<void> {
  await provider.discardOutput?.(result).catch((error: unknown) => log.warn({ err: error, generationId: session.id }, 'a kept answer could not be removed'))
}

export function isSpoiled({ reason }: ProviderFailure): boolean {
  return reason === 'output_gone' || reason === 'bad_output'
}

/** Waits until the call may be repeated; or records the failure when no call is left; or leaves the output when the process ends. */
async function afterFailure(run: Run, index: number, { failure, isPaid }: { failure: ProviderFailure; isPaid: boolean }, failures: Map<string, number>): Promise<Outcome | 'again'> {
  const { db, fence, session, watch, log, alarm, signal, stopping, pauseFor = pauseBefore } = run
  const repeat = (failures.get(failure.reason) ?? 0) + 1
  failures.set(failure.reason, repeat)
  const policy = policyFor(session.kind, failure.reason, isPaid)
  log.info({ generationId: session.id, index, reason: failure.reason, repeat, err: failure }, 'a provider call failed')
  alarm.hear(session, failure)
  if (signal.aborted) return 'left'
  const pauseMs = pauseFor(policy, repeat)
  if (repeat <= policy.repeatsMax && Date.now() + Math.max(pauseMs, toldMs(failure)) < session.deadlineAt.getTime()) {
    if (await watch.time(setPhase(db, session.id, fence.token, 'retrying'))) announceProgress(run)
    await delay(pauseMs, undefined, { signal: AbortSignal.any([signal, stopping]) }).catch(() => undefined)
    return 'again'
  }
  // What may have been made by a call that was lost is not ordered from anybody else.
  const { reason } = failure
  if (run.router?.mayMove(session, reason) === true && !failures.has('outcome_unknown')) {
    run.unserved.set(index, { reason: reason as MoveReason, code: policy.code, message: policy.message })
    return 'elsewhere'
  }
  return giveUp(run, index, policy)
}

/** Before anything was sent: no provider was asked, and no repetition would find it. */
export const INPUT_MISSING = { code: 'generation.input_missing', message: 'A picture that the request names was deleted before it was used.' }

/** Records why there will be none. */
export async function giveUp(run: Run, index: number, { code, message }: { readonly code: string; readonly message: string }): Promise<'decided'> {
  if (await run.watch.time(insertFailedOutput(run.db, run.fence, { id: newId(), index, code, message }))) announceProgress(run)
  return 'decided'
}

function toldMs({ retryAfterSeconds }: ProviderFailure): number {
  return (retryAfterSeconds ?? 0) * 1_000
}

export function toRecord(failure: ProviderFailure): FailureRecord {
  const state = failure.reason === 'outcome_unknown' ? 'unknown' : 'failed'
  return { state, reason: failure.reason, message: failure.message.slice(0, 1_000) }
}

export function announceProgress({ realtime, session }: Pick<Run, 'realtime' | 'session'>): void {
  announce(realtime, { id: session.id, accountId: session.accountId, status: 'running', seq: 0 })
}
