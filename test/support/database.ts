/**
 * Databases for tests: real ones. A template is migrated once per run of the tests; each file clones it in a tenth of a second.
 *
 * A database is kept when its file failed, and named in the output, so that it can be looked at.
 */
import { randomUUID } from 'node:crypto'
import { createHash } from 'node:crypto'
import { after } from 'node:test'
import pg from 'pg'
import { type Db, migrate, openDatabase, readMigrations } from '#platform/db'

const MIGRATIONS = new URL('../../migrations', import.meta.url).pathname

/** The databases a guarantee is tested on: the embedded one always, Postgres where there is one. */
export type Flavour = 'embedded' | 'postgres'

export const postgresUrl = process.env['TEST_DATABASE_URL'] ?? null

export const flavours: readonly Flavour[] = postgresUrl === null ? ['embedded'] : ['embedded', 'postgres']

/** Why tests on Postgres are skipped, or false when they are not. For the `skip` option of a test. */
export const withoutPostgres = postgresUrl === null ? 'no Postgres: TEST_DATABASE_URL is not set' : false

/** A migrated database of its own, closed after the file's tests. */
export async function openTestDatabase(flavour: Flavour): Promise<Db> {
  if (flavour === 'embedded') {
    const db = await openEmbedded()
    after(() => db.close())
    return db
  }
  const { url, drop } = await createClone()
  const db = await openDatabase({ ...options, url })
  after(async () => {
    await db.close()
    await drop()
  })
  return db
}

const options = { url: null, directory: null, connectionsMax: 20, onIdleError: () => undefined }

async function openEmbedded(): Promise<Db> {
  const db = await openDatabase(options)
  await migrate(db, MIGRATIONS)
  return db
}

/** The address of a fresh clone of the migrated template. Dropped after the file's tests, whoever is still connected. */
export async function cloneTemplate(): Promise<string> {
  const { url, drop } = await createClone()
  after(drop)
  return url
}

/** The same for who has connections to close before it is dropped: hooks run in the order they were registered. */
export async function createClone(): Promise<{ url: string; drop: () => Promise<unknown> }> {
  if (postgresUrl === null) throw new Error('no Postgres to clone a database on')
  const template = await ensureTemplate(postgresUrl)
  const name = `cooly_test_${randomUUID().replaceAll('-', '')}`
  // Cloning needs the template to itself; files run side by side.
  await asAdmin(postgresUrl, async (client) => {
    await client.query(`select pg_advisory_lock(hashtext('cooly_test_template'))`)
    await client.query(`create database ${name} template ${template}`)
  })
  const admin = postgresUrl
  const drop = () => asAdmin(admin, (client) => client.query(`drop database if exists ${name} with (force)`))
  return { url: withDatabase(postgresUrl, name), drop }
}

async function ensureTemplate(adminUrl: string): Promise<string> {
  const migrations = await readMigrations(MIGRATIONS)
  const fingerprint = createHash('sha256').update(migrations.map(({ name, checksum }) => `${name} ${checksum}`).join()).digest('hex').slice(0, 16)
  const name = `cooly_template_${fingerprint}`
  await asAdmin(adminUrl, async (client) => {
    await client.query(`select pg_advisory_lock(hashtext('cooly_test_template'))`)
    const { rowCount } = await client.query('select 1 from pg_database where datname = $1', [name])
    if (rowCount === 1) return
    // Built under another name: a template that exists is complete.
    await client.query(`drop database if exists ${name}_new with (force)`)
    await client.query(`create database ${name}_new`)
    const db = await openDatabase({ ...options, url: withDatabase(adminUrl, `${name}_new`) })
    await migrate(db, MIGRATIONS)
    await db.close()
    await client.query(`alter database ${name}_new rename to ${name}`)
  })
  return name
}

async function asAdmin<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}

function withDatabase(url: string, name: string): string {
  const address = new URL(url)
  address.pathname = `/${name}`
  return address.href
}
