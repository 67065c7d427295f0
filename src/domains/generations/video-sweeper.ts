import { failpoint } from '#lib/failpoint'
import type { Db } from '#platform/db'
import { type FailureRecord, ProviderFailure, type Reconciliation, type VideoProvider, type VideoTask } from '#platform/providers'
import type { Realtime } from '#platform/realtime'
import type { Logger } from '#platform/telemetry'
import { capacityTopic } from './lane-worker.ts'
import { announce } from './live.ts'
import { isFinal } from './model.ts'
import type { OperatorAlarm } from './operator-alarm.ts'
import { askLater, type DueTask, endTask, noteTask, quietDown, recordFound, recordStop, takeDueTasks, type TaskEnd } from './sql-tasks.ts'
import { GIVEN_UP_SECONDS, nextPollSeconds } from './task-pace.ts'

export interface VideoSweeperParts {
  readonly db: Db
  readonly realtime: Realtime
  readonly videoProviders: ReadonlyMap<string, VideoProvider>
  readonly log: Logger
  readonly alarm: OperatorAlarm
  /** Called when a task has ended and its generation went to the lane, with a message. */
  readonly onReturned: () => void
  /** For how long a provider must not know a task before that is believed: its answers may be behind. A minute unless told. */
  readonly goneAfterSeconds?: number
}

/** Under way at a time, in this process. */
const ASKED_MAX = 200
/** Questions to one provider at a time, where it takes only one task with each. */
const AT_ONCE_MAX = 25
const GONE_AFTER_SECONDS = 60
/** Until then a submit whose answer was lost may still be on its way: longer than any submit may take. */
const MAY_ARRIVE_SECONDS = 150
const FAILED_QUESTION_SECONDS = 5
/** What a provider asks for is kept within these: asking at once again is no pause, and what is made meanwhile is lost when nobody asks before the deadline. */
const TOLD_SECONDS = { least: 1, most: 300 }

/** A failure, as nothing can come of it any more: so its slot is free at once. */
const LEFT: TaskEnd = { state: 'failed', reason: 'outcome_unknown', message: 'it was simulated, and nobody simulates it any more', providerStatus: null }

/**
 * Asks after the videos that are being made, whoever began them, until each is known to have ended.
 *
 * All that are due are asked after side by side, with one question for many where the provider takes that. What has ended goes to the lane to be fetched. What a
 * person no longer waits for is stopped where the provider can, and otherwise watched to its end, because it keeps its slot until then. A submit whose answer
 * was lost is looked for, never sent again. What was begun at a simulator that is gone ends without a question. Any number of processes may sweep: a task is asked after by one at a time, and ends once.
 */
export class VideoSweeper {
  readonly #parts: VideoSweeperParts
  readonly #ending = new AbortController()
  readonly #underWay = new Set<Promise<void>>()
  /** Providers that want no questions, until when by the process's clock. */
  readonly #quiet = new Map<string, number>()
  #asked = 0

  constructor(parts: VideoSweeperParts) {
    this.#parts = parts
  }

  /** Begins to ask after what is due, and does not wait for the answers. Answers how many. */
  async sweep(): Promise<number> {
    const { db, videoProviders } = this.#parts
    const simulated = [...videoProviders.values()].filter((provider) => provider.simulated).map(({ name }) => name)
    const due = await takeDueTasks(db, { providers: [...videoProviders.keys()], simulated }, ASKED_MAX - this.#asked)
    for (const [name, tasks] of Map.groupBy(due, ({ provider }) => provider)) this.#begin(this.#parts.videoProviders.get(name)!, tasks)
    return due.length
  }

  /** Waits for the answers to what was asked. */
  async settled(): Promise<void> {
    while (this.#underWay.size > 0) await Promise.all(this.#underWay)
  }

  /** Cuts off the questions under way: asking is safe to repeat, and somebody else does. */
  async stop(): Promise<void> {
    this.#ending.abort()
    await this.settled()
  }

  #begin(provider: VideoProvider, tasks: readonly DueTask[]): void {
    this.#asked += tasks.length
    const work = this.#askAfter(provider, tasks)
      .catch((error: unknown) => this.#parts.log.error({ err: error, provider: provider.name }, 'asking after videos failed'))
      .finally(() => {
        this.#asked -= tasks.length
        this.#underWay.delete(work)
      })
    this.#underWay.add(work)
  }

  async #askAfter(provider: VideoProvider, tasks: readonly DueTask[]): Promise<void> {
    const [left, known] = split(tasks, ({ isLeft }) => isLeft)
    const [lost, begun] = split(known, ({ state }) => state === 'unknown')
    const [unwanted, wanted] = split(begun, ({ status, stopOutcome }) => isFinal(status) && stopOutcome === null)
    await Promise.all([
      inTurn(left, AT_ONCE_MAX, (task) => this.#end(task, LEFT)),
      // Lists are what vendors allow least of.
      inTurn(lost, 1, (task) => this.#guard(task, () => this.#lookFor(provider, task))),
      inTurn(unwanted, AT_ONCE_MAX, (task) => this.#guard(task, () => this.#halt(provider, task))),
      this.#poll(provider, wanted),
    ])
  }

  async #poll(provider: VideoProvider, tasks: readonly DueTask[]): Promise<void> {
    const told = tasks.length > 1 ? await this.#pollTogether(provider, tasks) : new Map<string, VideoTask>()
    await inTurn(tasks, AT_ONCE_MAX, (task) => this.#guard(task, async () => {
      await this.#note(task, told.get(task.taskId!) ?? (await provider.poll(task.taskId!, this.#options)))
    }))
  }

  /** What the list does not tell is asked for one by one, and so is everything when there is no list to be had. */
  async #pollTogether(provider: VideoProvider, tasks: readonly DueTask[]): Promise<ReadonlyMap<string, VideoTask>> {
    try {
      return (await provider.pollMany?.(tasks.map(({ taskId }) => taskId!), this.#options)) ?? new Map<string, VideoTask>()
    } catch (error) {
      if (!(error instanceof ProviderFailure)) throw error
      this.#parts.log.info({ err: error, provider: provider.name }, 'a list of videos could not be had')
      return new Map()
    }
  }

  async #note(task: DueTask, found: VideoTask): Promise<void> {
    failpoint('sweeper.after_poll')
    if (found.state === 'failed') this.#hear(task, found.failure)
    const end = endOf(found) ?? this.#endOfLost(task, found)
    if (end !== null) return this.#end(task, end)
    const nextInSeconds = Math.max(nextPollSeconds(task.ageSeconds), within(found.retryAfterSeconds ?? 0))
    const news = { providerStatus: found.providerStatus, progress: found.progress, nextInSeconds, isGone: found.state === 'gone' }
    const seq = await noteTask(this.#parts.db, task, news)
    if (seq !== undefined) announce(this.#parts.realtime, { id: task.generationId, accountId: task.accountId, status: 'running', seq })
  }

  #hear({ provider }: DueTask, failure: Pick<FailureRecord, 'reason' | 'message'>): void {
    this.#parts.alarm.hear({ provider, kind: 'video' }, failure)
  }

  /** Of a task that the provider says nothing more about, or goes on with for ever. */
  #endOfLost({ goneSeconds, ageSeconds }: DueTask, { state, providerStatus }: VideoTask): TaskEnd | null {
    const unknown = (message: string): TaskEnd => ({ state: 'unknown', reason: 'outcome_unknown', message, providerStatus })
    if (state === 'gone' && goneSeconds !== null && goneSeconds >= (this.#parts.goneAfterSeconds ?? GONE_AFTER_SECONDS)) return unknown('the provider does not know the task')
    return ageSeconds >= GIVEN_UP_SECONDS ? unknown('the task did not end') : null
  }

  async #end(task: DueTask, end: TaskEnd): Promise<void> {
    const { db, realtime, log, onReturned } = this.#parts
    const { ended, seq } = await endTask(db, task, end)
    failpoint('sweeper.after_finalize')
    if (!ended) return
    // A slot may have become free, and there may be something to fetch.
    realtime.publish({ topic: capacityTopic('video'), data: {} })
    log.debug({ generationId: task.generationId, taskId: task.taskId, state: end.state }, 'a video task has ended')
    if (seq === null) return
    announce(realtime, { id: task.generationId, accountId: task.accountId, status: 'queued', seq })
    onReturned()
  }

  /** Nobody waits for it any more. One that cannot be stopped goes on being asked after, for its slot. */
  async #halt(provider: VideoProvider, task: DueTask): Promise<void> {
    const outcome = await provider.cancel(task.taskId!, this.#options)
    await recordStop(this.#parts.db, task.attemptId, outcome)
    if (outcome !== 'cancelled') return
    await this.#end(task, { state: 'failed', reason: 'provider_fault', message: 'it was stopped because nobody waits for it any more', providerStatus: 'cancelled' })
  }

  async #lookFor(provider: VideoProvider, task: DueTask): Promise<void> {
    const { db } = this.#parts
    const { attemptId, providerModel, startedAt, ageSeconds, hintedTaskId } = task
    const hinted = hintedTaskId === null ? null : await provider.poll(hintedTaskId, this.#options)
    const found: Reconciliation = hinted !== null && hinted.state !== 'gone' ? { kind: 'found', task: hinted } : await provider.reconcile({ clientReference: attemptId, providerModel, submittedAt: startedAt.toISOString() }, this.#options)
    if (found.kind === 'found') {
      if (await recordFound(db, attemptId, found.task.taskId, found.task.providerStatus)) return
      return this.#end(task, { state: 'unknown', reason: 'outcome_unknown', message: 'its task is that of another call', providerStatus: null })
    }
    if (found.kind === 'ask_later') return askLater(db, task, found.afterSeconds)
    if (found.kind === 'cannot_be_asked') {
      return this.#end(task, { state: 'unknown', reason: 'outcome_unknown', message: 'the provider cannot be asked what became of it', providerStatus: null })
    }
    if (ageSeconds < MAY_ARRIVE_SECONDS) return askLater(db, task, MAY_ARRIVE_SECONDS - ageSeconds)
    // Certain by now: it was never asked for, and may be.
    await this.#end(task, { state: 'failed', reason: 'network', message: 'the submit never arrived', providerStatus: null })
  }

  /** A question that failed says nothing about its task. One that was one too many puts off all others to its provider, in every process. */
  async #guard(task: DueTask, ask: () => Promise<void>): Promise<void> {
    if ((this.#quiet.get(task.provider) ?? 0) > performance.now()) return
    try {
      await ask()
    } catch (error) {
      if (!(error instanceof ProviderFailure)) throw error
      this.#parts.log.info({ err: error, generationId: task.generationId, reason: error.reason }, 'a question after a video failed')
      this.#hear(task, error)
      if (this.#ending.signal.aborted) return
      // A key that was changed would have it asked after for ever, and its slot kept.
      if (task.ageSeconds >= GIVEN_UP_SECONDS) return this.#end(task, { state: 'unknown', reason: 'outcome_unknown', message: `nothing could be learnt of the task: ${error.message}`, providerStatus: null })
      const pauseSeconds = Math.max(FAILED_QUESTION_SECONDS, nextPollSeconds(task.ageSeconds))
      if (error.reason !== 'rate') return askLater(this.#parts.db, task, within(error.retryAfterSeconds ?? pauseSeconds))
      const quietSeconds = within(error.retryAfterSeconds ?? FAILED_QUESTION_SECONDS)
      this.#quiet.set(task.provider, performance.now() + quietSeconds * 1_000)
      await quietDown(this.#parts.db, task.provider, quietSeconds)
    }
  }

  get #options() {
    return { signal: this.#ending.signal }
  }
}

function within(seconds: number): number {
  return Math.min(Math.max(seconds, TOLD_SECONDS.least), TOLD_SECONDS.most)
}

function endOf(task: VideoTask): TaskEnd | null {
  const { providerStatus } = task
  if (task.state === 'succeeded') return { state: 'succeeded', result: task.result, providerStatus }
  if (task.state === 'failed') return { state: 'failed', reason: task.failure.reason, message: task.failure.message, providerStatus }
  if (task.state === 'cancelled') return { state: 'failed', reason: 'provider_fault', message: 'the task was cancelled at the provider', providerStatus }
  return null
}

function split<T>(all: readonly T[], belongs: (one: T) => boolean): [T[], T[]] {
  const groups = Object.groupBy(all, (one) => (belongs(one) ? 'yes' : 'no'))
  return [groups.yes ?? [], groups.no ?? []]
}

/** Does it with all of them, at most so many at a time. All are tried before an error goes on. */
async function inTurn<T>(all: readonly T[], atOnceMax: number, act: (one: T) => Promise<void>): Promise<void> {
  const rest = [...all]
  const errors: unknown[] = []
  const lane = async () => {
    for (let one = rest.shift(); one !== undefined; one = rest.shift()) await act(one).catch((error: unknown) => errors.push(error))
  }
  await Promise.all(Array.from({ length: Math.min(atOnceMax, all.length) }, lane))
  if (errors.length > 0) throw errors[0]
}
