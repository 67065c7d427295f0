/** Who works on what: taking the next generation, giving it back, finding those whose worker died. Every change raises the fencing token. */
import { openGates } from '#domains/capacity'
import { lostWorkers, workerMayTake } from '#domains/workers'
import { type Queryable, sql } from '#platform/db'
import type { Session } from './model.ts'
import { sessionColumns } from './sql-columns.ts'
import type { Fence } from './sql-work.ts'

export const LEASE_SECONDS = 30
/** After so many workers died over it, a generation may be what kills them, and after so many it is. */
const CRASHES = { suspected: 3, certain: 10 }
/**
 * Whether one more death means that a generation is given up. Where workers die anyway, every generation is in the hands of some of them: it is only blamed when it was in
 * those of half of all that died lately.
 */
const isBlamed = `(crashes + 1 >= ${CRASHES.certain} or (crashes + 1 >= ${CRASHES.suspected} and (crashes + 1) * 2 >= ${lostWorkers}))`

export interface Claim {
  readonly lane: string
  /** Who takes it: the id of a worker. */
  readonly owner: string
  /** Those this worker can call, in the order in which they are to be looked at. */
  readonly providers: readonly string[]
  /** Those of them that are simulated here. What was accepted for a vendor is made by that vendor alone, and nobody is billed for what is simulated. */
  readonly simulated: readonly string[]
  /** The account that was served last: those after it come first. */
  readonly cursor: string
  /** The generation that a message named, to find out whether there is one. */
  readonly named: string | null
  readonly leaseSeconds: number
}

export interface Claimed {
  /** False when a message named a generation that does not exist. */
  readonly known: boolean
  readonly session: Session | undefined
}

/** The first that waits for `turn`, among the accounts that are `compare`d to the cursor. One that somebody else is taking is passed over. */
const firstOf = (compare: '>' | '<=') => `
  select id from (
    select g.id from generation_sessions g
    where g.status = 'queued' and g.kind = $1 and g.provider = turn.provider and g.priority = turn.priority and g.account_id ${compare} $4::uuid
      and g.simulated = (turn.provider = any($7::text[]))
    order by g.account_id, g.id limit 1 for update skip locked) next`

const claimText = `/* generations.claimNext */
  with gates as materialized (select * from (${openGates('$1', '$3::text[]')}) open_gates where ${workerMayTake('$1', '$2::text')}),
  -- Interactive before bulk, over all providers and accounts. The limit stops at the first that is found: nothing else is looked at or locked.
  picked as materialized (
    select n.id from (
      select priority, provider from (values (0::smallint), (1::smallint)) p (priority) cross join gates order by priority, place) turn
    cross join lateral (${firstOf('>')} union all ${firstOf('<=')} limit 1) n
    limit 1),
  s as (
    update generation_sessions g set status = 'running', phase = 'waiting_provider', attempts = attempts + 1,
      lease_token = lease_token + 1, lease_owner = $2::text, lease_expires_at = now() + make_interval(secs => $6),
      started_at = coalesce(started_at, now()), event_seq = event_seq + 1
    from picked where g.id = picked.id and g.status = 'queued' returning g.*),
  event as (
    insert into generation_events (generation_id, seq, kind, data)
    select id, event_seq, 'status', jsonb_build_object('status', 'running', 'phase', 'waiting_provider', 'attempt', attempts) from s)
  select ${sessionColumns}, named.known
  from (select $5::uuid is null or exists (select from generation_sessions where id = $5::uuid) as known) named left join s on true`

/**
 * Takes the lease of the next generation in line: interactive before bulk, then around the accounts, each account's in their order, and only where the
 * provider can be called now and neither lane nor worker is stopped. What is in line costs nothing: it is found by the index.
 */
export async function claimNext(db: Queryable, claim: Claim): Promise<Claimed> {
  const { lane, owner, providers, simulated, cursor, named, leaseSeconds } = claim
  const [row] = await db.query<Session & { known: boolean }>({
    name: 'generations.claimNext', text: claimText, values: [lane, owner, providers, cursor, named, leaseSeconds, simulated],
  })
  return { known: row!.known, session: row!.id === null ? undefined : row! }
}

/** Keeps the lease alive, and with it the slots of the calls under way. False when it was lost. */
export async function beatLease(db: Queryable, { generationId, token }: Fence, seconds: number): Promise<boolean> {
  const rows = await db.query(sql`
    /* generations.beatLease */
    with s as (
      update generation_sessions set lease_expires_at = now() + make_interval(secs => ${seconds})
      where id = ${generationId} and lease_token = ${token} and status = 'running' returning id, provider, kind, lease_token),
    mine as materialized (
      select p.provider, p.kind, p.slot from s join provider_slots p on p.provider = s.provider and p.kind = s.kind
      where p.generation_id = s.id and p.lease_token = s.lease_token and p.expires_at < 'infinity' order by p.slot for update of p),
    beaten as (
      update provider_slots p set expires_at = now() + make_interval(secs => ${seconds})
      from mine where (p.provider, p.kind, p.slot) = (mine.provider, mine.kind, mine.slot))
    select 1 from s`)
  return rows.length === 1
}

/** CTEs after `queued` (id, kind, priority, event_seq): the event, and a message so that somebody looks. */
const tell = (reason: string) => `
  event as (
    insert into generation_events (generation_id, seq, kind, data)
    select id, event_seq, 'status', jsonb_build_object('status', 'queued', 'reason', ${reason}) from queued),
  message as (
    insert into outbox (queue, payload, priority) select kind, jsonb_build_object('generationId', id), priority from queued)`

/** Frees what calls of an earlier token still hold. What has no end is a task's, which may go on whoever works on the generation. */
const freeSlots = `
  freed as (
    update provider_slots p set attempt_id = null, generation_id = null, lease_token = null, expires_at = null
    from queued where p.provider = queued.provider and p.kind = queued.kind and p.generation_id = queued.id and p.expires_at < 'infinity')`

/**
 * The phase of one (`s`) that goes back to the queue. A video that is there and only has to be fetched does not stand in line for that, nor one whose last
 * call has to be looked into: it may itself be what fills the provider. Calls for what nobody wants any more are no reason: it would be taken and given back
 * without a pause for as long as nothing can be begun.
 */
const phaseInQueue = `
  case when s.kind <> 'video' then null
    when exists (select from provider_attempts a where a.generation_id = s.id and a.call_number > s.calls_outdated and a.state = 'succeeded') then 'storing'
    when exists (select from provider_attempts a where a.generation_id = s.id and a.call_number > s.calls_outdated and (a.state = 'intent' or a.next_poll_at is not null)) then 'outcome_unknown' end`

const returnedText = `/* generations.claimReturned */
  with picked as materialized (
    select g.id from generation_sessions g
    where g.status = 'queued' and g.kind = $1 and g.phase is not null and g.provider = any($3::text[]) and g.simulated = (g.provider = any($5::text[]))
      and ${workerMayTake('$1', '$2::text')}
    order by g.id limit 1 for update skip locked),
  s as (
    update generation_sessions g set status = 'running', attempts = attempts + 1, lease_token = lease_token + 1, lease_owner = $2::text,
      lease_expires_at = now() + make_interval(secs => $4), event_seq = event_seq + 1
    from picked where g.id = picked.id and g.status = 'queued' returning g.*),
  event as (
    insert into generation_events (generation_id, seq, kind, data)
    select id, event_seq, 'status', jsonb_build_object('status', 'running', 'phase', phase, 'attempt', attempts) from s)
  select ${sessionColumns} from s`

/**
 * Takes the lease of a generation whose task at the provider has ended: before all that waits, the oldest first, and whether or not the provider can be
 * called now, since nothing more is asked of it than what it has made. Only where lane and worker are not stopped.
 */
export async function claimReturned(db: Queryable, claim: Pick<Claim, 'lane' | 'owner' | 'providers' | 'simulated' | 'leaseSeconds'>): Promise<Session | undefined> {
  const [row] = await db.query<Session>({
    name: 'generations.claimReturned', text: returnedText, values: [claim.lane, claim.owner, claim.providers, claim.leaseSeconds, claim.simulated],
  })
  return row
}

/** Gives a generation back in good order, to be taken up by whoever is next. No crash. The event's number; undefined when the lease was lost. */
export async function handBack(db: Queryable, { generationId, token }: Fence, reason: string): Promise<number | undefined> {
  const [row] = await db.query<{ seq: number }>({
    name: 'generations.handBack',
    values: [generationId, token, reason],
    text: `/* generations.handBack */
      with queued as (
        update generation_sessions s set status = 'queued', phase = ${phaseInQueue}, lease_expires_at = null, lease_owner = null,
          lease_token = lease_token + 1, event_seq = event_seq + 1
        where id = $1::uuid and lease_token = $2 and status = 'running' returning id, kind, provider, priority, event_seq),
      ${freeSlots}, ${tell('$3::text')}
      select event_seq as seq from queued`,
  })
  return row?.seq
}

/**
 * Leaves a generation alone for a while after something of ours failed, for instance the storage: its lease is nobody's and lapses by itself, then it is
 * sent back to the queue. No crash: nobody died.
 */
export async function leaveFor(db: Queryable, { generationId, token }: Fence, seconds: number): Promise<void> {
  await db.query(sql`
    /* generations.leaveFor */
    update generation_sessions set lease_owner = null, lease_expires_at = now() + make_interval(secs => ${seconds})
    where id = ${generationId} and lease_token = ${token} and status = 'running'`)
}

/** Running generations whose worker has stopped beating go back to the queue, with a message each. Those that killed too many stay. */
export async function requeueLost(db: Queryable, limit: number): Promise<string[]> {
  const rows = await db.query<{ id: string }>({
    name: 'generations.requeueLost',
    values: [limit],
    text: `/* generations.requeueLost */
      with lost as (
        select id from generation_sessions
        where status = 'running' and lease_expires_at <= now() and (lease_owner is null or not ${isBlamed})
        order by lease_expires_at limit $1 for update skip locked),
      queued as (
        update generation_sessions s set status = 'queued', phase = ${phaseInQueue}, lease_expires_at = null, lease_token = lease_token + 1,
          crashes = crashes + (lease_owner is not null)::int, lease_owner = null, event_seq = event_seq + 1
        from lost where s.id = lost.id returning s.id, s.kind, s.provider, s.priority, s.event_seq),
      ${freeSlots}, ${tell(`'the worker was lost'::text`)}
      select id from queued`,
  })
  return rows.map(({ id }) => id)
}

/** Running generations whose worker has stopped beating, like too many before it. */
export async function listCrashed(db: Queryable, limit: number): Promise<string[]> {
  const rows = await db.query<{ id: string }>({
    name: 'generations.listCrashed',
    values: [limit],
    text: `/* generations.listCrashed */
    select id from generation_sessions
    where status = 'running' and lease_expires_at <= now() and lease_owner is not null and ${isBlamed}
    order by lease_expires_at limit $1`,
  })
  return rows.map(({ id }) => id)
}

/** Notes one more crash, of a generation whose row the caller has locked. False when its worker is alive after all. */
export async function countCrash(tx: Queryable, id: string): Promise<boolean> {
  const rows = await tx.query(sql`
    /* generations.countCrash */
    update generation_sessions set crashes = crashes + 1
    where id = ${id} and status = 'running' and lease_expires_at <= now() and lease_owner is not null returning 1`)
  return rows.length === 1
}

/**
 * Sends everything that is open to the queue again, whoever had it. Only for a process that knows it is alone, as on the embedded database at
 * its start: it need not wait until leases, claims and heartbeats of its dead predecessor lapse. What is in the queue already comes twice, which
 * harms nothing. What has killed its worker too often is left for the sweeper, at once.
 */
export async function resumeAll(db: Queryable): Promise<number> {
  const rows = await db.query({
    name: 'generations.resumeAll',
    values: [],
    text: `/* generations.resumeAll */
      with open as (
        select id, kind, priority, status from generation_sessions
        where status = 'queued' or (status = 'running' and lease_expires_at < 'infinity' and (lease_owner is null or not ${isBlamed}))),
      due as (update provider_attempts set next_poll_at = now() where next_poll_at > now()),
      crashed as (
        update generation_sessions set lease_expires_at = now()
        where status = 'running' and lease_owner is not null and ${isBlamed}),
      free as (
        update provider_slots set attempt_id = null, generation_id = null, lease_token = null, expires_at = null
        where attempt_id is not null and expires_at < 'infinity'),
      queued as (
        update generation_sessions s set status = 'queued', phase = ${phaseInQueue}, lease_expires_at = null, lease_token = lease_token + 1,
          crashes = crashes + (lease_owner is not null)::int, lease_owner = null, event_seq = event_seq + 1
        from open where s.id = open.id and open.status = 'running' returning s.id, s.event_seq),
      event as (
        insert into generation_events (generation_id, seq, kind, data)
        select id, event_seq, 'status', '{"status":"queued","reason":"the worker was lost"}' from queued)
      insert into outbox (queue, payload, priority) select kind, jsonb_build_object('generationId', id), priority from open returning id`,
  })
  return rows.length
}

/** Some of what waits in the lane at a provider that can be called now, at most `limit`: what somebody should be at work on, if there is a free place. */
export async function listReady(db: Queryable, lane: string, limit: number): Promise<string[]> {
  const rows = await db.query<{ id: string }>({
    name: 'generations.listReady',
    values: [lane, limit],
    text: `/* generations.listReady */
      with known as materialized (select array_agg(distinct provider) as names from provider_controls where kind = $1),
      gates as materialized (select provider from (${openGates('$1', '(select names from known)')}) open_gates where ${workerMayTake('$1', 'null')})
      select n.id from (values (0::smallint), (1::smallint)) p (priority) cross join gates
      cross join lateral (
        select g.id from generation_sessions g where g.status = 'queued' and g.kind = $1 and g.provider = gates.provider and g.priority = p.priority
        order by g.account_id, g.id limit $2) n
      limit $2`,
  })
  return rows.map(({ id }) => id)
}

/** Tickets for these generations, to be moved to the queue. */
export async function insertTickets(db: Queryable, lane: string, ids: readonly string[]): Promise<void> {
  await db.query(sql`
    /* generations.insertTickets */
    insert into outbox (queue, payload, priority)
    select ${lane}, jsonb_build_object('generationId', id), priority from generation_sessions where id = any(${ids}::uuid[]) and status = 'queued'`)
}
