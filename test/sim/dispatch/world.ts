import { changeLimit, effectOf, limitFromSettings, pauseProvider, resumeProvider } from '#domains/capacity'
import { findModel, orderImages } from '#domains/catalog'
import { InsufficientCredits } from '#domains/credits'
import { DeadLetterResolved, DeadLetterUnpayable, DeadLetterUnretriable, discardLetter, retryLetter, startBatch, stopBatch, workBatch } from '#domains/dead-letters'
import { buryMessage, IdempotencyMismatch, type Session } from '#domains/generations'
import { pauseLane, resumeLane } from '#domains/workers'
import { newId } from '#lib/ids'
import { sql } from '#platform/db'
import { Relay } from '#platform/outbox'
import type { Queue } from '#platform/queue'
import { nothingKnown } from '#test/generations'
import { accountWith } from '#test/ledger'
import { cancel } from '../../../src/domains/generations/cancel.ts'
import { finish } from '../../../src/domains/generations/run.ts'
import { beatLease, claimNext, handBack, leaveFor } from '../../../src/domains/generations/sql-dispatch.ts'
import { insertAttempt, insertFailedOutput, insertOutput, markInterrupted, recordFailure, recordResult, spoilResult } from '../../../src/domains/generations/sql-work.ts'
import { Stopwatch } from '../../../src/domains/generations/stopwatch.ts'
import { submit } from '../../../src/domains/generations/submit.ts'
import { sweepCrashed, sweepDeadlines, sweepLeases } from '../../../src/domains/generations/sweep.ts'
import { TicketSweep } from '../../../src/domains/generations/sweep-tickets.ts'
import { acceptedView } from '../../../src/domains/generations/view.ts'
import { Broker } from './broker.ts'
import type { Call, CallOf, Hold } from './calls.ts'
import { MODEL, type Office } from './office.ts'
import type { Picture } from './picture.ts'
import { readPicture } from './read-picture.ts'

/** Longer than any run takes. */
const LONG_SECONDS = 3_600
const ANSWER = { url: 'https://example.com/a.png', width: null, height: null, requestId: null, usage: { images: 1, tokens: null } }
const BY = 'cli:simulation'

/** The product as it is, with accounts and a provider of a run's own. */
export class World {
  readonly office: Office
  readonly accounts: readonly string[]
  readonly provider = `provider-${newId()}`
  readonly broker = new Broker()
  readonly #relay: () => Relay
  /** What each claim was given. */
  readonly #sessions = new Map<string, Session>()
  /** The first answer to each request. */
  readonly #answers = new Map<string, string>()
  letterIds: ReadonlyMap<string, string> = new Map()

  private constructor(office: Office, accounts: readonly string[]) {
    this.office = office
    this.accounts = accounts
    this.#relay = () => new Relay({ db: office.db, queue: this.broker as unknown as Queue, pollMs: 60_000, onError: () => undefined })
  }

  static async open(office: Office): Promise<World> {
    const price = BigInt(office.price)
    // Several lots, so that a hold takes from one or from more.
    const accounts = await Promise.all([[9n, 4n], [5n, 3n, 2n], [30n]].map((lots) => accountWith(office.db, ...lots.map((units) => units * price))))
    const world = new World(office, accounts.toSorted())
    await limitFromSettings(office.db, { provider: world.provider, kind: 'image', concurrencyMax: null })
    await office.db.transaction((tx) => resumeLane(tx, { lane: 'image', by: BY }))
    // What an earlier run did not send any more is no message of this one.
    await office.db.query(sql`/* sim.forget */ update outbox set published_at = now() where published_at is null`)
    return world
  }

  /** What the database says now. What has not passed yet is kept from passing: a run on a busy machine takes as long as it likes. */
  async read(): Promise<Picture> {
    const { provider, accounts } = this
    await this.office.db.query(sql`
      /* sim.holdClocks */
      with slots as (update provider_slots set expires_at = now() + interval '1 hour' where provider = ${provider} and expires_at > now())
      update provider_controls set paused_until = case when paused_until > now() and isfinite(paused_until) then now() + interval '1 hour' else paused_until end,
        open_until = case when open_until > now() then now() + interval '1 hour' else open_until end,
        probe_until = case when probe_until > now() then now() + interval '1 hour' else probe_until end
      where provider = ${provider}`)
    const { picture, letterIds } = await readPicture(this.office.db, { provider, accounts })
    this.letterIds = letterIds
    return { ...picture, tickets: this.broker.tickets.filter((id) => picture.generations[id] !== undefined) }
  }

  /** Does it, and tells what the caller was told in the words of the model. */
  async perform(call: Call): Promise<string> {
    const { db, realtime } = this.office
    switch (call.do) {
      case 'submit': return this.#submit(call)
      case 'claim': return this.#claim(call)
      case 'call': {
        const permission = await insertAttempt(db, fence(call), { id: call.attempt, outputIndex: call.index, callNumber: call.number })
        if (permission.outcome === 'granted') return `granted ${permission.slot ?? 'free'}`
        return permission.outcome === 'blocked' ? `blocked ${permission.blocked}` : 'lost'
      }
      case 'answer': return told(this.#answer(call))
      case 'output': return this.#decideOutput(call)
      case 'finish': {
        const session = this.#sessions.get(nameOf(call))!
        return told(finish({ ...this.office, session, fence: fence(call), watch: new Stopwatch(session.createdAt, session.createdAt) }))
      }
      case 'beat': return String(await beatLease(db, fence(call), LONG_SECONDS))
      case 'handBack': return String((await handBack(db, fence(call), 'a simulation')) !== undefined)
      case 'leave': return told(leaveFor(db, fence(call), LONG_SECONDS))
      case 'sweepLeases': return told(sweepLeases(db).then(() => sweepCrashed(db, realtime)))
      case 'sweepDeadlines': return told(sweepDeadlines(db, realtime))
      case 'cancel': return String(await cancel(db, realtime, call.generation))
      case 'retry': case 'discard': case 'startBatch': case 'workBatch': case 'stopBatch': case 'stray': return this.#operate(call)
      case 'relay': return told(this.#moveMessages(call.breaks))
      case 'loseTickets': return told(this.broker.loseAll())
      case 'makeTickets': {
        const sweep = new TicketSweep(db, this.broker as unknown as Queue)
        return told(sweep.sweep().then(() => sweep.sweep()))
      }
      case 'lapse': case 'late': case 'limit': case 'pause': case 'resume': case 'lane': case 'elapse': case 'trouble': return told(this.#decree(call))
    }
  }

  async #submit({ account, wanted, priority, key }: CallOf<'submit'>): Promise<string> {
    const asked = { prompt: 'a lighthouse', n: wanted, size: '1K' } as const
    const level = priority === 0 ? 'interactive' : 'bulk'
    try {
      const { accepted, replayed } = await submit(this.office, {
        accountId: account, userId: account, order: orderImages({ ...MODEL, provider: this.provider }, asked), simulated: true, metadata: {}, deadlineSeconds: LONG_SECONDS,
        priority: level, key, quoteId: null, request: { address: '/', body: { ...asked, level } },
      })
      // Its times are moved here.
      const answer = JSON.stringify({ ...acceptedView(accepted), createdAt: null })
      if (!replayed) this.#answers.set(accepted.id, answer)
      else if ((this.#answers.get(accepted.id) ?? answer) !== answer) return `another answer: ${answer}`
      return `${replayed ? 'again' : 'accepted'} ${accepted.id}`
    } catch (error) {
      if (error instanceof InsufficientCredits) return 'insufficient'
      if (error instanceof IdempotencyMismatch) return 'mismatch'
      throw error
    }
  }

  async #claim({ owner, cursor, ticket, used }: CallOf<'claim'>): Promise<string> {
    const { db } = this.office
    if (used && ticket !== null) this.broker.take(ticket)
    const { session } = await claimNext(db, { lane: 'image', owner, providers: [this.provider], simulated: [this.provider], cursor, named: ticket, leaseSeconds: LONG_SECONDS })
    if (session === undefined) return 'nothing'
    const hold = { generation: session.id, token: session.leaseToken }
    this.#sessions.set(nameOf(hold), session)
    if (session.attempts > 1) await markInterrupted(db, fence(hold), 'image')
    return `took ${hold.generation} ${hold.token}`
  }

  #answer({ generation, attempt, slot, how }: CallOf<'answer'>): Promise<boolean> {
    const ended = { provider: this.provider, kind: 'image', slot, attemptId: attempt, generationId: generation, retryAfterSeconds: null }
    if (how === 'result') return recordResult(this.office.db, { ...ended, effect: 'answered' }, ANSWER)
    const reason = { refused: 'rate', fault: 'provider_fault', content: 'content_output', cut: 'outcome_unknown' }[how]
    const effect = how === 'cut' ? 'none' : effectOf({ reason, retryAfterSeconds: null })
    const retryAfterSeconds = how === 'refused' ? LONG_SECONDS : null
    return recordFailure(this.office.db, { ...ended, effect, retryAfterSeconds }, { state: how === 'cut' ? 'unknown' : 'failed', reason, message: 'a simulation' })
  }

  async #decideOutput(call: CallOf<'output'>): Promise<string> {
    const { db } = this.office
    const { index, how, attempt } = call
    if (how === 'stored') {
      const objectKey = `generations/${call.generation}/${call.token}/${index}`
      const output = { id: newId(), attemptId: attempt, index, objectKey, contentType: 'image/png', bytes: 1, width: 1, height: 1, sha256: 'x', transferMs: 0 }
      return String(await insertOutput(db, fence(call), output, { output: { index } }))
    }
    if (how === 'spoiled' && attempt !== null) await spoilResult(db, fence(call), attempt, { state: 'failed', reason: 'bad_output', message: 'a simulation' })
    return String(await insertFailedOutput(db, fence(call), { id: newId(), index, code: 'provider.failed', message: 'a simulation' }))
  }

  async #operate(call: CallOf<'retry' | 'discard' | 'startBatch' | 'workBatch' | 'stopBatch' | 'stray'>): Promise<string> {
    const { db } = this.office
    try {
      switch (call.do) {
        case 'retry': {
          const retry = { letterId: this.letterIds.get(call.letter)!, waived: call.waived, change: call.fewer ? { input: { n: 1 }, catalogue: { findModel } } : null, by: BY }
          await db.transaction((tx) => retryLetter(tx, { ...retry, known: nothingKnown }))
          return 'reopened'
        }
        case 'discard':
          await db.transaction((tx) => discardLetter(tx, { letterId: this.letterIds.get(call.letter)!, reason: 'a simulation', by: BY }))
          return 'discarded'
        case 'startBatch': {
          const batch = await db.transaction((tx) => startBatch(tx, { filter: { provider: this.provider }, waived: call.waived, by: BY }))
          return batch === undefined ? 'none' : `batch ${batch.id}`
        }
        case 'workBatch':
          return await told(workBatch({ db, known: nothingKnown, onReopened: () => undefined, onError: rethrow, waitingMax: 10_000 }, call.batch))
        case 'stopBatch':
          return (await db.transaction((tx) => stopBatch(tx, call.batch, BY))).state
        case 'stray':
          return await told(buryMessage(db, { queue: 'image', payload: call.message, attempts: 1, code: 'queue.message_unreadable', reason: 'a simulation' }))
      }
    } catch (error) {
      if (error instanceof DeadLetterResolved) return 'resolved'
      if (error instanceof DeadLetterUnpayable) return 'unpayable'
      if (error instanceof DeadLetterUnretriable) return 'unretriable'
      throw error
    }
  }

  /** What is decided from above, and what passes by itself. */
  async #decree(call: CallOf<'lapse' | 'late' | 'limit' | 'pause' | 'resume' | 'lane' | 'elapse' | 'trouble'>): Promise<unknown> {
    const { provider } = this
    const { db } = this.office
    switch (call.do) {
      case 'limit': return db.transaction((tx) => changeLimit(tx, { provider, kind: 'image', concurrencyMax: call.max, by: BY }))
      case 'pause': return db.transaction((tx) => pauseProvider(tx, { provider, kind: null, by: BY, reason: 'a simulation' }))
      case 'resume': return db.transaction((tx) => resumeProvider(tx, { provider, kind: null }))
      case 'lane': return db.transaction((tx) => (call.paused ? pauseLane : resumeLane)(tx, { lane: 'image', by: BY }))
      // Time is not waited for: it is moved instead.
      case 'lapse': return db.query(sql`
        /* sim.lapse */
        with slots as (update provider_slots set expires_at = now() - interval '1 second' where generation_id = ${call.generation})
        update generation_sessions set lease_expires_at = now() - interval '1 second' where id = ${call.generation} and status = 'running'`)
      // All of its times, so that it has had as long as it was given.
      case 'late': return db.query(sql`
        /* sim.late */
        update generation_sessions set deadline_at = now() - interval '1 second', created_at = created_at - (deadline_at - now() + interval '1 second'),
          reopened_at = reopened_at - (deadline_at - now() + interval '1 second')
        where id = ${call.generation} and status in ('queued', 'running')`)
      case 'elapse': return db.query(sql`
        /* sim.elapse */
        update provider_controls set paused_until = case when isfinite(paused_until) then least(paused_until, now()) else paused_until end,
          open_until = case when open_until is not null then least(open_until, now()) end,
          probe_until = case when probe_id is not null then now() end where provider = ${provider}`)
      case 'trouble': return db.query(sql`/* sim.trouble */ update provider_controls set faults = 9, last_fault_of = null where provider = ${provider}`)
    }
  }

  async #moveMessages(breaks: 'before' | 'after' | null): Promise<void> {
    this.broker.breakNext(breaks)
    const relay = this.#relay()
    relay.start()
    await relay.stop()
    this.broker.breakNext(null)
    // A message that failed is left alone for a while, which passes.
    await this.office.db.query(sql`/* sim.unclaim */ update outbox set claimed_until = null where published_at is null`)
  }
}

async function told(work: unknown): Promise<string> {
  await work
  return 'done'
}

function rethrow(error: unknown): never {
  throw error
}

function fence({ generation, token }: Hold) {
  return { generationId: generation, token }
}

function nameOf({ generation, token }: Hold): string {
  return `${generation} ${token}`
}
