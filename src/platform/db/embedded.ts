import { Worker } from 'node:worker_threads'
import { Database } from './database.ts'
import { lockDirectory } from './directory-lock.ts'
import type { Connection, Connector, Db, Result, Statement } from './port.ts'

export interface EmbeddedConfig {
  /** Where the data lives. `null` keeps it in memory, for tests. */
  readonly directory: string | null
}

/**
 * Opens the embedded Postgres (PGlite) in a worker thread, so that a slow statement cannot hold up HTTP.
 *
 * Refuses (`DataDirectoryInUse`) when another living process has the directory: PGlite itself would open it
 * twice and lose rows in silence. Committed rows survive `kill -9`; a power cut is not covered, fsync is off.
 */
export async function openEmbedded(config: EmbeddedConfig): Promise<Db> {
  const unlock = config.directory === null ? () => undefined : lockDirectory(config.directory)
  const connector = new EmbeddedConnector(config, unlock)
  try {
    await connector.ready
  } catch (error) {
    await connector.close()
    throw error
  }
  return new Database(connector)
}

interface Reply {
  readonly id: number
  readonly result?: Result
  readonly error?: { message: string; code?: string; constraint?: string; detail?: string }
}

/** One connection shared by everybody: a transaction has it alone, single statements queue behind it. */
class EmbeddedConnector implements Connector {
  readonly kind = 'embedded'
  readonly ready: Promise<unknown>
  readonly #worker: Worker
  readonly #unlock: () => void
  readonly #waiting = new Map<number, { resolve(result: Result): void; reject(error: Error): void }>()
  readonly #turns: (() => void)[] = []
  #taken = false
  #nextId = 1
  #closed: Promise<void> | undefined

  constructor(config: EmbeddedConfig, unlock: () => void) {
    this.#unlock = unlock
    this.#worker = new Worker(new URL('./embedded-worker.ts', import.meta.url), { workerData: config })
    this.#worker.on('message', (reply: Reply) => this.#settle(reply))
    this.#worker.on('error', (error) => this.#failAll(error))
    this.#worker.on('exit', () => this.#failAll(new Error('the embedded database has stopped')))
    this.ready = this.#ask('open', '', [])
  }

  async run(statement: Statement): Promise<Result> {
    if (!this.#taken) return this.#ask('query', statement.text, statement.values)
    const connection = await this.acquire()
    try {
      return await connection.run(statement)
    } finally {
      connection.release()
    }
  }

  async acquire(): Promise<Connection> {
    if (this.#taken) await new Promise<void>((resolve) => this.#turns.push(resolve))
    this.#taken = true
    return {
      run: (statement) => this.#ask('query', statement.text, statement.values),
      script: async (text) => (await this.#ask('script', text, [])).rows,
      release: () => {
        const next = this.#turns.shift()
        if (next === undefined) this.#taken = false
        else next()
      },
    }
  }

  // Everything that could notify lives in this process and is told directly.
  async listen(): Promise<{ close(): Promise<void> }> {
    return { close: async () => undefined }
  }

  close(): Promise<void> {
    this.#closed ??= this.#ask('close', '', [])
      .catch(() => undefined)
      .then(() => this.#worker.terminate())
      .then(() => this.#unlock())
    return this.#closed
  }

  #ask(kind: 'open' | 'query' | 'script' | 'close', text: string, values: readonly unknown[]): Promise<Result> {
    const id = this.#nextId++
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject })
      this.#worker.postMessage({ id, kind, text, values })
    })
  }

  #settle(reply: Reply): void {
    const waiter = this.#waiting.get(reply.id)
    this.#waiting.delete(reply.id)
    if (reply.error === undefined) return waiter?.resolve(reply.result ?? { rows: [], affectedRows: 0 })
    waiter?.reject(Object.assign(new Error(reply.error.message), reply.error))
  }

  #failAll(error: Error): void {
    for (const { reject } of this.#waiting.values()) reject(error)
    this.#waiting.clear()
  }
}
