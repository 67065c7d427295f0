import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { MigrationChanged, SchemaBehind, SchemaTooNew } from './errors.ts'
import type { Db } from './port.ts'
import { sql } from './sql.ts'

interface Migration {
  readonly version: number
  readonly name: string
  readonly text: string
  readonly checksum: string
  readonly breaking: boolean
}

type Applied = Pick<Migration, 'version' | 'name' | 'checksum' | 'breaking'>

/**
 * Brings the schema up to date, once, however many processes start at the same moment: the others wait for the lock
 * and find nothing left to do. Each migration commits together with its record, so an interrupted run is continued.
 *
 * Refuses `SchemaTooNew` when a newer version has made a change that declares itself breaking, and
 * `MigrationChanged` when a file differs from what was applied. Answers the names it applied.
 */
export async function migrate(db: Db, directory: string): Promise<string[]> {
  const migrations = await readMigrations(directory)
  return db.exclusively('cooly.migrate', async () => {
    await db.script(`create table if not exists schema_migrations (
      version integer primary key, name text not null, checksum text not null,
      breaking boolean not null, applied_at timestamptz not null default now())`)
    const applied = await listApplied(db)
    refuseSurprises(migrations, applied)
    const done = new Set(applied.map(({ version }) => version))
    const missing = migrations.filter(({ version }) => !done.has(version))
    for (const migration of missing) await apply(db, migration)
    return missing.map(({ name }) => name)
  })
}

/**
 * For programs that use a database and do not change its schema: refuses `SchemaBehind` unless every migration of this version has been applied, and whatever
 * `migrate` refuses.
 */
export async function requireMigrated(db: Db, directory: string): Promise<void> {
  const migrations = await readMigrations(directory)
  const [table] = await db.query<{ found: boolean }>(sql`/* db.hasMigrations */ select to_regclass('schema_migrations') is not null as found`)
  const applied = table?.found === true ? await listApplied(db) : []
  refuseSurprises(migrations, applied)
  const done = new Set(applied.map(({ version }) => version))
  const missing = migrations.find(({ version }) => !done.has(version))
  if (missing !== undefined) throw new SchemaBehind({ migration: missing.name })
}

function listApplied(db: Db): Promise<Applied[]> {
  return db.query<Applied>(sql`
    /* db.appliedMigrations */
    select version, name, checksum, breaking from schema_migrations order by version`)
}

export async function readMigrations(directory: string): Promise<Migration[]> {
  const names = (await readdir(directory)).filter((name) => /^\d{4}-.*\.sql$/.test(name)).sort()
  return Promise.all(
    names.map(async (name) => {
      const text = await readFile(join(directory, name), 'utf8')
      const checksum = createHash('sha256').update(text).digest('hex')
      return { version: Number(name.slice(0, 4)), name, text, checksum, breaking: text.startsWith('-- breaking: yes') }
    }),
  )
}

function refuseSurprises(known: readonly Migration[], applied: readonly Applied[]): void {
  const byVersion = new Map(known.map((migration) => [migration.version, migration]))
  for (const { version, name, checksum, breaking } of applied) {
    const migration = byVersion.get(version)
    if (migration === undefined && breaking) throw new SchemaTooNew({ migration: name })
    if (migration !== undefined && migration.checksum !== checksum) throw new MigrationChanged({ migration: name })
  }
}

async function apply(db: Db, { version, name, text, checksum, breaking }: Migration): Promise<void> {
  // The record is part of the script: both commit or neither. The values are ours, checked by the file name's pattern.
  const record = `insert into schema_migrations (version, name, checksum, breaking)
    values (${version}, '${name.replaceAll("'", "''")}', '${checksum}', ${breaking})`
  try {
    await db.script(`${text}\n;\n${record}`)
  } catch (error) {
    throw new Error(`migration ${name} failed`, { cause: error })
  }
}
