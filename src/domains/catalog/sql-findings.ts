import { json, type Queryable, sql } from '#platform/db'

export type FindingKind = 'unknown_model' | 'shutdown' | 'deprecation'

/** What a provider said about the life of a model that was not known here. */
export interface NewFinding {
  readonly id: string
  readonly model: string
  readonly providerModel: string
  readonly kind: FindingKind
  /** The instant that was told; empty where it is about none. */
  readonly told: string
  readonly source: 'list' | 'header'
  readonly link: string | null
  readonly simulated: boolean
  readonly applied: boolean
}

export interface Finding extends NewFinding {
  readonly foundAt: Date
  readonly resolvedAt: Date | null
  readonly resolvedBy: string | null
  readonly resolution: string | null
}

/**
 * Keeps a finding, once: not while the same one is open, and not after somebody has dealt with it. One that was no longer so and is again is new. Answers
 * whether it was kept.
 *
 * What only a simulator told hides nothing of the vendor: its finding takes the place of the simulator's. In the caller's transaction, under `lockModels`.
 */
export async function insertFinding(tx: Queryable, f: NewFinding): Promise<boolean> {
  if (!f.simulated) {
    await tx.query(sql`
      /* catalog.supersedeSimulated */
      update catalog_findings set resolved_at = now(), resolved_by = 'system', resolution = 'the provider itself says so now'
      where (model, provider_model, kind, told) = (${f.model}, ${f.providerModel}, ${f.kind}, ${f.told}) and simulated and resolved_at is null`)
  }
  const rows = await tx.query(sql`
    /* catalog.insertFinding */
    insert into catalog_findings (id, model, provider_model, kind, told, source, link, simulated, applied)
    select ${f.id}::uuid, ${f.model}::text, ${f.providerModel}::text, ${f.kind}::text, ${f.told}::text, ${f.source}::text, ${f.link}::text, ${f.simulated}::boolean, ${f.applied}::boolean
    where not exists (
      select from catalog_findings where (model, provider_model, kind, told) = (${f.model}::text, ${f.providerModel}::text, ${f.kind}::text, ${f.told}::text)
        and resolved_by is distinct from 'system' and (not simulated or ${f.simulated}::boolean))
    on conflict do nothing returning 1`)
  return rows.length === 1
}

const columns = `id, model, provider_model as "providerModel", kind, told, source, link, simulated, applied, found_at as "foundAt",
  resolved_at as "resolvedAt", resolved_by as "resolvedBy", resolution`

/** What nobody has dealt with, the newest first. */
export function listOpenFindings(db: Queryable, limit: number): Promise<Finding[]> {
  return db.query<Finding>({
    name: 'catalog.listOpenFindings', values: [limit],
    text: `/* catalog.listOpenFindings */ select ${columns} from catalog_findings where resolved_at is null order by id desc limit $1`,
  })
}

export async function countOpenFindings(db: Queryable): Promise<number> {
  const [row] = await db.query<{ open: number }>(sql`/* catalog.countOpenFindings */ select count(*)::int as open from catalog_findings where resolved_at is null`)
  return row!.open
}

/** Closes one; undefined when it is not open. */
export async function resolveFinding(tx: Queryable, { id, by, resolution }: { id: string; by: string; resolution: string }): Promise<Finding | undefined> {
  const [row] = await tx.query<Finding>({
    name: 'catalog.resolveFinding', values: [id, by, resolution],
    text: `/* catalog.resolveFinding */
      update catalog_findings set resolved_at = now(), resolved_by = $2, resolution = $3 where id = $1::uuid and resolved_at is null returning ${columns}`,
  })
  return row
}

/** Closes what was found of a model under this dated id and is no longer so; by a simulator's word, only what a simulator said. */
export async function settleUnknown(tx: Queryable, { model, providerModel, simulated }: Pick<NewFinding, 'model' | 'providerModel' | 'simulated'>): Promise<void> {
  await tx.query(sql`
    /* catalog.settleUnknown */
    update catalog_findings set resolved_at = now(), resolved_by = 'system', resolution = 'the provider lists it again'
    where model = ${model} and kind = 'unknown_model' and provider_model = ${providerModel} and (simulated or not ${simulated}::boolean) and resolved_at is null`)
}

/** A question to the providers about their models. */
export interface Check {
  readonly id: string
  readonly slot: string
  readonly askedBy: string
  readonly askedAt: Date
  readonly finishedAt: Date | null
  readonly outcome: readonly ProviderOutcome[] | null
}

/** What came of asking one provider. */
export interface ProviderOutcome {
  readonly provider: string
  readonly kind: 'image' | 'video'
  /** Whether a simulator was asked in its place. */
  readonly simulated: boolean
  /** `no_list`: the vendor has none, or this installation does not reach it. */
  readonly outcome: 'asked' | 'failed' | 'no_list'
  readonly models: number
  readonly findings: number
}

const checkColumns = `id, slot, asked_by as "askedBy", asked_at as "askedAt", finished_at as "finishedAt", outcome`

/** Puts a question, once for its slot. Answers whether it was not there yet. */
export async function insertCheck(db: Queryable, { id, slot, by }: { id: string; slot: string; by: string }): Promise<boolean> {
  const rows = await db.query(sql`
    /* catalog.insertCheck */ insert into catalog_checks (id, slot, asked_by) values (${id}, ${slot}, ${by}) on conflict (slot) do nothing returning 1`)
  return rows.length === 1
}

/** Puts the question of the day by the database's clock, from that hour (UTC) on, once over all processes. */
export async function insertDailyCheck(db: Queryable, id: string, hour: number): Promise<boolean> {
  const rows = await db.query(sql`
    /* catalog.insertDailyCheck */
    insert into catalog_checks (id, slot, asked_by)
    select ${id}::uuid, to_char(now() at time zone 'UTC', 'YYYY-MM-DD'), 'system' where extract(hour from now() at time zone 'UTC') >= ${hour}::int
    on conflict (slot) do nothing returning 1`)
  return rows.length === 1
}

/** A taker that dies is followed by another one, and after so many nobody tries any more. */
const TAKES_MAX = 3

/** A provider that somebody can ask for its list, and not a simulator in its place. */
export type Askable = Pick<ProviderOutcome, 'provider' | 'kind'>

/**
 * Takes an open question for that long; undefined when there is none. The last question is open also to those who can ask somebody whom the others could not:
 * a process has the keys of some providers and not of others.
 */
export async function takeCheck(db: Queryable, seconds: number, askable: readonly Askable[]): Promise<Check | undefined> {
  const [row] = await db.query<Check>({
    name: 'catalog.takeCheck', values: [seconds, TAKES_MAX, json(askable)],
    text: `/* catalog.takeCheck */
      with last as (select id from catalog_checks order by asked_at desc, id desc limit 1)
      update catalog_checks set taken_until = now() + make_interval(secs => $1), takes = takes + 1
      where id = (
        select id from catalog_checks c where coalesce(taken_until, '-infinity') <= now() and takes < $2
          and (finished_at is null or id = (select id from last) and exists (
            select from jsonb_array_elements($3::jsonb) mine where not c.outcome @> jsonb_build_array(mine || '{"simulated": false}')))
        order by asked_at limit 1 for update skip locked)
      returning ${checkColumns}`,
  })
  return row
}

/** Adds what came of asking. Of each provider the latest counts, and what it said itself before what a simulator did. */
export async function finishCheck(tx: Queryable, id: string, outcome: readonly ProviderOutcome[]): Promise<void> {
  await tx.query(sql`
    /* catalog.finishCheck */
    update catalog_checks set finished_at = now(), taken_until = null, takes = 0, outcome = coalesce((
      select jsonb_agg(one order by place) from (
        select distinct on (one ->> 'provider', one ->> 'kind') one, place
        from jsonb_array_elements(coalesce(outcome, '[]') || ${json(outcome)}::jsonb) with ordinality told (one, place)
        order by one ->> 'provider', one ->> 'kind', one -> 'simulated' = 'false' desc nulls last, place desc) latest), '[]')
    where id = ${id}`)
}

/** The last question, answered or not. */
export async function getLastCheck(db: Queryable): Promise<Check | undefined> {
  const [row] = await db.query<Check>({ name: 'catalog.getLastCheck', values: [], text: `/* catalog.getLastCheck */ select ${checkColumns} from catalog_checks order by asked_at desc, id desc limit 1` })
  return row
}
