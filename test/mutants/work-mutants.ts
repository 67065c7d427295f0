import type { Mutant } from './mutant.ts'

const DISPATCH = 'src/domains/generations/sql-dispatch.ts'
const WORK = 'src/domains/generations/sql-work.ts'
const SESSIONS = 'src/domains/generations/sql-sessions.ts'
const REOPEN = 'src/domains/generations/sql-reopen.ts'
const GATE = 'src/domains/capacity/gate.ts'
const simulation = ['test/sim/work.sim.test.ts']
const line = ['src/domains/generations/claim.test.ts']
const gate = ['src/domains/generations/provider-gate.test.ts']
const letters = ['src/domains/dead-letters/dead-letters.test.ts']

const requeue = `update generation_sessions s set status = 'queued', phase = \${phaseInQueue}, lease_expires_at = null, lease_token = lease_token + 1,
          crashes = crashes + (lease_owner is not null)::int, lease_owner = null, event_seq = event_seq + 1
        from lost`

/** Faults of outbox, queue, line, leases and their fencing. */
const dispatchMutants: readonly Mutant[] = [
  {
    name: 'generation and message are written after the commit of their hold', file: 'src/domains/generations/admission.ts', tests: ['src/domains/generations/submit.test.ts'],
    find: "return { outcome: 'accepted', createdAt: await acceptHeld(tx, session) }",
    put: "tx.afterCommit(() => void acceptHeld(db, session))\n      return { outcome: 'accepted', createdAt: new Date() }",
  },
  {
    name: 'a message counts as sent before it is', file: 'src/platform/outbox/relay.ts', tests: simulation,
    find: `await queue.publish(batch.map(toJob))
      failpoint('relay.after_publish')
      await markPublished(db, batch.map(({ id }) => id))`,
    put: `await markPublished(db, batch.map(({ id }) => id))
      failpoint('relay.after_publish')
      await queue.publish(batch.map(toJob))`,
  },
  {
    name: 'what goes back to the queue has no message', file: DISPATCH, tests: line,
    find: "jsonb_build_object('generationId', id), priority from queued)`", put: "jsonb_build_object('generationId', id), priority from queued where false)`",
  },
  {
    name: 'lost tickets are not made again', file: 'src/domains/generations/sweep-tickets.ts', tests: simulation,
    find: 'await insertTickets(this.#db, lane, ready)', put: 'void insertTickets',
  },
  {
    name: 'a message that means nothing comes again for ever', file: 'src/domains/generations/jobs.ts', tests: ['src/domains/generations/jobs.test.ts'],
    find: "return bury(job, 'queue.message_unreadable', 'The message points to no generation.')", put: "throw new Error('The message points to no generation.')",
  },
  {
    name: 'two workers take the same generation', file: DISPATCH, tests: line,
    find: 'limit 1 for update skip locked) next', put: 'limit 1) next',
    // As above: whoever comes second finds that it does not wait any more.
    without: { file: DISPATCH, find: "started_at = coalesce(started_at, now()), event_seq = event_seq + 1\n    from picked where g.id = picked.id and g.status = 'queued' returning", put: 'started_at = coalesce(started_at, now()), event_seq = event_seq + 1\n    from picked where g.id = picked.id returning' },
  },
  {
    name: 'whoever is first in the list of accounts is served first', file: DISPATCH, tests: line,
    find: "(${firstOf('>')} union all ${firstOf('<=')} limit 1)", put: "(${firstOf('<=')} union all ${firstOf('>')} limit 1)",
  },
  {
    name: 'whoever takes a generation has the token of the one before', file: DISPATCH, tests: simulation,
    find: 'lease_token = lease_token + 1, lease_owner = $2::text, lease_expires_at = now() + make_interval(secs => $6)',
    put: 'lease_owner = $2::text, lease_expires_at = now() + make_interval(secs => $6)',
  },
  {
    name: 'a generation whose worker was lost keeps its token', file: DISPATCH, tests: simulation,
    find: requeue, put: requeue.replace('lease_token = lease_token + 1', 'lease_token = lease_token'),
  },
  {
    name: 'a crash is not counted', file: DISPATCH, tests: simulation,
    find: requeue, put: requeue.replace('crashes + (lease_owner is not null)::int', 'crashes'),
  },
  {
    name: 'handing back in good order counts as a crash', file: DISPATCH, tests: simulation,
    find: `event_seq = event_seq + 1
        where id = $1::uuid and lease_token = $2`,
    put: `event_seq = event_seq + 1, crashes = crashes + 1
        where id = $1::uuid and lease_token = $2`,
  },
  {
    name: 'a zombie keeps the lease of another alive', file: DISPATCH, tests: simulation,
    find: "where id = ${generationId} and lease_token = ${token} and status = 'running' returning id, provider, kind, lease_token)",
    put: "where id = ${generationId} and status = 'running' returning id, provider, kind, lease_token)",
  },
  {
    name: 'a zombie hands back what another has', file: DISPATCH, tests: simulation,
    find: "where id = $1::uuid and lease_token = $2 and status = 'running' returning id, kind", put: "where id = $1::uuid and $2 >= 0 and status = 'running' returning id, kind",
  },
  {
    name: 'a zombie stores an output', file: WORK, tests: simulation,
    find: `storage_status = 'stored'
      where id = \${fence.generationId} and lease_token = \${fence.token}`,
    put: `storage_status = 'stored'
      where id = \${fence.generationId}`,
  },
  {
    name: 'a zombie ends the generation', file: 'src/domains/generations/run.ts', tests: simulation,
    find: 'lockOpen(tx, session.id, fence.token)', put: 'lockOpen(tx, session.id, null)',
  },
  {
    name: 'a zombie calls the provider', file: WORK, tests: simulation,
    find: "lease_token = $2 and status = 'running' for key share", put: "$2 >= 0 and status = 'running' for key share",
  },
  {
    name: 'a call begins while the generation is being ended', file: WORK, tests: gate,
    find: "and status = 'running' for key share", put: "and status = 'running'",
  },
  {
    name: 'what has ended is ended and settled again', file: SESSIONS, tests: simulation,
    find: "s.id = $1::uuid and s.status in ('queued', 'running') and", put: 's.id = $1::uuid and',
  },
  {
    name: 'a sweep ends what was opened again since it looked', file: 'src/domains/generations/sweep.ts', tests: letters, titled: 'still believes',
    find: 'session === undefined || session.deadlineAt > now', put: 'session === undefined',
  },
]

/** Faults of the gate before a provider. */
const capacityMutants: readonly Mutant[] = [
  {
    name: 'a call begins without a slot', file: GATE, tests: gate,
    find: 'c.unopened and (c.concurrency_max is null or exists (select from slot)) and', put: 'c.unopened and',
  },
  {
    name: 'a pause keeps no call from beginning', file: GATE, tests: gate,
    find: '(c.unpaused and c.unopened and (c.conc', put: '(c.unopened and (c.conc',
  },
  {
    name: 'work is taken for a provider that is paused', file: GATE, tests: line,
    find: 'where ${notPaused} and ${notOpen} and', put: 'where ${notOpen} and',
  },
  {
    name: 'an open breaker is of no concern to other processes', file: GATE, tests: gate,
    find: '${notOpen} as unopened', put: 'true as unopened',
    // As above, where a call is let through to try.
    without: { file: GATE, find: 'and c.open_until <= now() and ${notPaused} and (c.probe', put: 'and ${notPaused} and (c.probe' },
  },
  {
    name: 'after an outage everybody tries at once', file: GATE, tests: gate,
    find: 'and c.open_until <= now() and ${notPaused} and (c.probe_until is null or c.probe_until <= now())', put: 'and c.open_until <= now() and ${notPaused}',
  },
  {
    name: 'a generation that is handed back keeps its slots', file: DISPATCH, tests: simulation,
    find: "${freeSlots}, ${tell('$3::text')}", put: "${tell('$3::text')}",
  },
  {
    name: 'resuming a sound provider opens its breaker', file: 'src/domains/capacity/sql.ts', tests: gate,
    find: 'case when open_until is not null then least(open_until, now()) end', put: 'least(open_until, now())',
  },
]

/** Faults of dead letters. */
const letterMutants: readonly Mutant[] = [
  {
    name: 'a letter is written after the commit of the failure', file: 'src/domains/generations/end-generation.ts', tests: letters, titled: 'is written by the transaction',
    find: 'if (error.code !== null) await insertDeadLetter(tx, { id: newId(), generationId: session.id, code: error.code, reason: error.message })',
    put: 'const { code, message } = error\n  if (code !== null) tx.afterCommit(() => void insertDeadLetter(tx, { id: newId(), generationId: session.id, code, reason: message }).catch(() => undefined))',
  },
  {
    name: 'another try holds no credits', file: 'src/domains/generations/reopen.ts', tests: letters, titled: 'holds the price once more',
    find: 'await reserve(tx, { id: reservationId, accountId, generationId: id, amount: credits, deadlineSeconds: deadlineSeconds + HOLD_GRACE_SECONDS })',
    put: 'void [reserve, HOLD_GRACE_SECONDS, accountId, id]',
  },
  {
    name: 'another try has no more time than the first', file: REOPEN, tests: letters, titled: 'holds the price once more',
    find: 'deadline_at = now() + make_interval(secs => ${deadlineSeconds}::int),', put: 'deadline_at = s.deadline_at + make_interval(secs => 0 * ${deadlineSeconds}::int),',
  },
  {
    name: 'a letter is tried again by two', file: 'src/domains/dead-letters/retry.ts', tests: letters, titled: 'is resolved once',
    find: "if (letter.state !== 'open') throw", put: "if (letter.state === 'discarded') throw",
    // As above: the generation has not failed any more.
    without: { file: REOPEN, find: "s.id = $1::uuid and s.status = 'failed' for update", put: 's.id = $1::uuid for update' },
  },
  {
    name: 'a letter that is being tried again is discarded as well', file: 'src/domains/dead-letters/discard.ts', tests: letters, titled: 'is resolved once',
    find: "if (letter.state !== 'open') throw", put: "if (letter.state === 'discarded') throw",
  },
  {
    name: 'two batches have the same letters', file: 'src/domains/dead-letters/sql-batches.ts', tests: letters, titled: 'by two at one moment',
    find: 'd.generation_id is not null and d.batch_id is null and ${matchesFilter}', put: 'd.generation_id is not null and ${matchesFilter}',
  },
  {
    name: 'a batch opens all of its letters at once', file: 'src/domains/dead-letters/batch.ts', tests: letters, titled: 'go no further',
    find: 'if ((await countReopened(tx, waitingMax)) >= waitingMax) return false', put: 'void [countReopened, waitingMax]',
  },
  {
    name: 'what is opened again has no message', file: REOPEN, tests: letters, titled: 'holds the price once more',
    find: "jsonb_build_object('generationId', id), priority from queued)", put: "jsonb_build_object('generationId', id), priority from queued where false)",
  },
]

/** Faults of the way from an accepted generation to its end, and back from there. */
export const workMutants: readonly Mutant[] = [...dispatchMutants, ...capacityMutants, ...letterMutants]
