import { type Queryable, sql } from '#platform/db'
import type { Quota, Upload } from './model.ts'

const columns = `u.id, u.account_id as "accountId", u.object_key as "objectKey", u.content_type as "contentType", u.bytes, u.width, u.height, u.sha256,
  u.created_at as "createdAt", u.last_used_at as "lastUsedAt"`

/** The account's upload of exactly these bytes, from now on the one used last; undefined when there is none. */
export async function touchSame(db: Queryable, accountId: string, sourceSha256: string): Promise<Upload | undefined> {
  const [row] = await db.query<Upload>({
    name: 'uploads.touchSame',
    values: [accountId, sourceSha256],
    text: `/* uploads.touchSame */
      update uploads u set last_used_at = now() where u.account_id = $1::uuid and u.source_sha256 = $2 returning ${columns}`,
  })
  return row
}

/** The account's uploads of these ids, from now on used last. Those of others are not among them. */
export function touchUploads(db: Queryable, accountId: string, ids: readonly string[]): Promise<Upload[]> {
  return db.query<Upload>({
    name: 'uploads.touchUploads',
    values: [accountId, [...ids]],
    // In one order, so that two requests that name the same uploads do not wait for each other.
    text: `/* uploads.touchUploads */
      with named as (select id from uploads where account_id = $1::uuid and id = any($2::uuid[]) order by id for update)
      update uploads u set last_used_at = now() from named where u.id = named.id returning ${columns}`,
  })
}

/** One change of what the account keeps at a time, until the end of the transaction: or two of them would both find room for the last. */
export async function lockQuota(tx: Queryable, accountId: string): Promise<void> {
  await tx.query(sql`/* uploads.lockQuota */ select pg_advisory_xact_lock(hashtextextended('uploads ' || ${accountId}::text, 0))`)
}

export type NewUpload = Omit<Upload, 'createdAt' | 'lastUsedAt'> & { readonly sourceSha256: string }

/** `full` when the quota has no room for it, `same` when the account has an upload of these bytes already; nothing is written then. */
export async function insertUpload(tx: Queryable, upload: NewUpload, { uploadsMax, bytesMax }: Quota): Promise<Upload | 'full' | 'same'> {
  const { id, accountId, objectKey, contentType, bytes, width, height, sha256, sourceSha256 } = upload
  const [row] = await tx.query<{ room: boolean; same: boolean; createdAt: Date | null; lastUsedAt: Date | null }>(sql`
    /* uploads.insertUpload */
    with kept as (
      select count(*) < ${uploadsMax}::bigint and coalesce(sum(bytes), 0) + ${bytes}::bigint <= ${bytesMax}::bigint as room,
        coalesce(bool_or(source_sha256 = ${sourceSha256}), false) as same
      from uploads where account_id = ${accountId}),
    u as (
      insert into uploads (id, account_id, object_key, content_type, bytes, width, height, sha256, source_sha256)
      select ${id}::uuid, ${accountId}::uuid, ${objectKey}::text, ${contentType}::text, ${bytes}::bigint, ${width}::int, ${height}::int, ${sha256}::text, ${sourceSha256}::text
      from kept where room and not same
      returning id, created_at, last_used_at)
    select kept.room, kept.same, u.created_at as "createdAt", u.last_used_at as "lastUsedAt" from kept left join u on true`)
  if (row!.same) return 'same'
  if (row!.createdAt === null || row!.lastUsedAt === null) return 'full'
  return { id, accountId, objectKey, contentType, bytes, width, height, sha256, createdAt: row!.createdAt, lastUsedAt: row!.lastUsedAt }
}

export async function getUpload(db: Queryable, id: string, accountId: string): Promise<Upload | undefined> {
  const [row] = await db.query<Upload>({
    name: 'uploads.getUpload',
    values: [id, accountId],
    text: `/* uploads.getUpload */ select ${columns} from uploads u where u.id = $1::uuid and u.account_id = $2::uuid`,
  })
  return row
}

/** Of those that the account (still) has. */
export function listShapes(db: Queryable, accountId: string, ids: readonly string[]): Promise<Pick<Upload, 'width' | 'height'>[]> {
  return db.query<Pick<Upload, 'width' | 'height'>>(sql`
    /* uploads.listShapes */
    select width, height from uploads where account_id = ${accountId} and id = any(${[...ids]}::uuid[])`)
}

/** Newest first; `afterId` goes on behind one, whether it still exists or not. */
export function listUploads(db: Queryable, { accountId, afterId, limit }: { accountId: string; afterId: string | null; limit: number }): Promise<Upload[]> {
  return db.query<Upload>({
    name: 'uploads.listUploads',
    values: [accountId, afterId, limit],
    text: `/* uploads.listUploads */
      select ${columns} from uploads u where u.account_id = $1::uuid and ($2::uuid is null or u.id < $2) order by u.id desc limit $3`,
  })
}

/** The key of the object that is nobody's from now on; undefined when there is no such upload. */
export async function deleteUpload(db: Queryable, id: string, accountId: string): Promise<string | undefined> {
  const [row] = await db.query<{ objectKey: string }>(sql`
    /* uploads.deleteUpload */
    delete from uploads where id = ${id} and account_id = ${accountId} returning object_key as "objectKey"`)
  return row?.objectKey
}

/** Uploads that were used last before that many days, the oldest first. */
export async function listUnused(db: Queryable, days: number, after: string | null, limit: number): Promise<string[]> {
  const rows = await db.query<{ id: string }>(sql`
    /* uploads.listUnused */
    select id from uploads where last_used_at < now() - make_interval(days => ${days}) and (${after}::uuid is null or id > ${after}) order by id limit ${limit}`)
  return rows.map(({ id }) => id)
}

/** Of these, those that are still unused. A request that names one of them at this moment has it, or finds it gone. Answers the keys of their objects. */
export async function deleteUnused(db: Queryable, ids: readonly string[], days: number): Promise<string[]> {
  const rows = await db.query<{ objectKey: string }>(sql`
    /* uploads.deleteUnused */
    delete from uploads where id = any(${[...ids]}::uuid[]) and last_used_at < now() - make_interval(days => ${days}) returning object_key as "objectKey"`)
  return rows.map(({ objectKey }) => objectKey)
}

/**
 * Which of these objects belong to an account but to no upload of it. Those of accounts that this database does not know are not among them: a process with the settings of another
 * installation must not empty its bucket.
 */
export async function listOrphans(db: Queryable, objects: readonly { readonly key: string; readonly accountId: string }[]): Promise<string[]> {
  const rows = await db.query<{ objectKey: string }>(sql`
    /* uploads.listOrphans */
    select object.key as "objectKey"
    from unnest(${objects.map(({ key }) => key)}::text[], ${objects.map(({ accountId }) => accountId)}::uuid[]) as object (key, account_id)
    join accounts a on a.id = object.account_id
    where not exists (select from uploads u where u.object_key = object.key)`)
  return rows.map(({ objectKey }) => objectKey)
}
