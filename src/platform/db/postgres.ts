import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'
import { Database } from './database.ts'
import type { Connection, Connector, Db, Result, Row, Statement } from './port.ts'

/** The oids whose text form both drivers must read alike: int8 as BigInt, dates and intervals as text. */
const parsers: Readonly<Record<number, (text: string) => unknown>> = {
  20: BigInt,
  1016: (text) => (text === '{}' ? [] : text.slice(1, -1).split(',').map(BigInt)),
  1082: String,
  1186: String,
}

const types = {
  getTypeParser: (oid: number, format?: 'text' | 'binary') => parsers[oid] ?? pg.types.getTypeParser(oid, format as 'text'),
} as pg.CustomTypesConfig

export interface PostgresConfig {
  readonly url: string
  readonly connectionsMax: number
  /** Called when an idle connection dies. Without a listener that would end the process. */
  readonly onIdleError: (error: Error) => void
}

/** Opens a pool on a real Postgres. Connects lazily: the first statement finds out whether it is there. */
export function openPostgres(config: PostgresConfig): Db {
  return new Database(new PostgresConnector(config))
}

class PostgresConnector implements Connector {
  readonly kind = 'postgres'
  readonly #pool: pg.Pool
  readonly #config: PostgresConfig

  constructor(config: PostgresConfig) {
    this.#config = config
    this.#pool = new pg.Pool({
      ...connectionOptions(config.url),
      max: config.connectionsMax,
      idleTimeoutMillis: 30_000,
    })
    this.#pool.on('error', config.onIdleError)
  }

  async run(statement: Statement): Promise<Result> {
    return readResult(await this.#pool.query(toPg(statement)))
  }

  async acquire(): Promise<Connection> {
    const client = await this.#pool.connect()
    // One that dies in use rejects the statement and says so as an event as well, which would end the process if nobody heard it.
    const hear = () => undefined
    client.on('error', hear)
    return {
      run: async (statement) => readResult(await client.query(toPg(statement))),
      script: async (text) => joinRows(await client.query(text)),
      release: (broken = false) => {
        client.off('error', hear)
        client.release(broken)
      },
    }
  }

  async listen(channel: string, onPayload: (payload: string) => void, onGap: () => void) {
    const listener = new Listener(this.#config, channel, onPayload, onGap)
    await listener.connect()
    return listener
  }

  close(): Promise<void> {
    return this.#pool.end()
  }
}

/** One connection of its own that listens, and comes back by itself after it was lost. */
class Listener {
  readonly #config: PostgresConfig
  readonly #channel: string
  readonly #onPayload: (payload: string) => void
  readonly #onGap: () => void
  #client: pg.Client | undefined
  #closed = false

  constructor(config: PostgresConfig, channel: string, onPayload: (payload: string) => void, onGap: () => void) {
    this.#config = config
    this.#channel = channel
    this.#onPayload = onPayload
    this.#onGap = onGap
  }

  async connect(): Promise<void> {
    const client = new pg.Client({ ...connectionOptions(this.#config.url), keepAlive: true })
    client.on('notification', ({ payload }) => this.#onPayload(payload ?? ''))
    client.on('error', this.#config.onIdleError)
    try {
      await client.connect()
      await client.query(`listen ${client.escapeIdentifier(this.#channel)}`)
    } catch (error) {
      void client.end().catch(() => undefined)
      throw error
    }
    // Only now: an attempt that fails is repeated by whoever made it, and a second loop would double with every further failure.
    client.on('end', () => void this.#reconnect())
    this.#client = client
  }

  async close(): Promise<void> {
    this.#closed = true
    await this.#client?.end()
  }

  async #reconnect(): Promise<void> {
    for (let attempt = 0; !this.#closed; attempt += 1) {
      await delay(Math.min(5_000, 100 * 2 ** attempt) * (0.5 + Math.random() / 2))
      try {
        if (this.#closed) return
        await this.connect()
        return this.#onGap()
      } catch (error) {
        this.#config.onIdleError(error as Error)
      }
    }
  }
}

function toPg(statement: Statement): pg.QueryConfig {
  const { text, values, name } = statement
  return { text, values: values as unknown[], types, ...(name === undefined ? {} : { name }) }
}

function readResult(result: pg.QueryResult): Result {
  return { rows: result.rows, affectedRows: result.rowCount ?? 0 }
}

/** The driver answers one result for one statement and an array for several. */
function joinRows(results: pg.QueryResult | pg.QueryResult[]): Row[] {
  return [results].flat().flatMap(({ rows }) => rows)
}

function connectionOptions(url: string): pg.ClientConfig {
  return {
    connectionString: url,
    connectionTimeoutMillis: 5_000,
    statement_timeout: 30_000,
    idle_in_transaction_session_timeout: 30_000,
    application_name: 'cooly',
    ...tlsFor(url),
  }
}

/**
 * TLS is on for a database elsewhere and off for one on this host or its private network, where
 * servers rarely have a certificate. An `sslmode` in the address overrides both.
 */
export function tlsFor(url: string): { ssl?: boolean } {
  const { hostname, searchParams } = new URL(url)
  if (searchParams.has('sslmode')) return {}
  return { ssl: !isLocalHost(searchParams.get('host') ?? hostname) }
}

function isLocalHost(host: string): boolean {
  const bare = host.replace(/^\[|\]$/g, '')
  return (
    bare === '' ||
    bare.startsWith('/') ||
    bare === '::1' ||
    (!bare.includes('.') && !bare.includes(':')) ||
    /^(127\.|10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.)/.test(bare)
  )
}
