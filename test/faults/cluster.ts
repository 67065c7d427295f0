/** The product as it runs in production: API, scheduler and workers as processes of their own, on Postgres and a queue. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { demoPerson } from '#domains/accounts'
import { type Db, openDatabase } from '#platform/db'
import { Client } from '#test/client'
import { createClone } from '#test/database'
import { ServerProcess } from '#test/process'
import type { Broker } from '#test/broker'

export type Role = 'api' | 'worker' | 'scheduler'

export class Cluster {
  readonly broker: Broker
  /** For looking on, and for proving the books afterwards. */
  readonly db: Db
  readonly #env: Readonly<Record<string, string>>
  readonly #processes: ServerProcess[] = []
  readonly #cleanUp: () => Promise<unknown>

  private constructor(broker: Broker, db: Db, env: Readonly<Record<string, string>>, cleanUp: () => Promise<unknown>) {
    this.broker = broker
    this.db = db
    this.#env = env
    this.#cleanUp = cleanUp
  }

  static async open(broker: Broker, simulatorUrl: string): Promise<Cluster> {
    const { url, drop } = await createClone()
    const directory = mkdtempSync(join(tmpdir(), 'cooly-cluster-'))
    const db = await openDatabase({ url, directory: null, connectionsMax: 4, onIdleError: () => undefined })
    const env = {
      ...broker.env,
      DATABASE_URL: url,
      COOLY_DATABASE_CONNECTIONS: '8',
      COOLY_DATA_DIR: directory,
      BYTEPLUS_BASE_URL: `${simulatorUrl}/api/v3`,
      AUTH_SECRET: 's'.repeat(40),
      COOLY_DEMO: 'true',
    }
    return new Cluster(broker, db, env, async () => {
      await db.close()
      await drop()
      rmSync(directory, { recursive: true })
    })
  }

  start(role: Role, env: Record<string, string> = {}): ServerProcess {
    const process = new ServerProcess({ ...this.#env, COOLY_ROLE: role, ...env })
    this.#processes.push(process)
    return process
  }

  /** Starts an API and signs the demo person in. */
  async startApi(env: Record<string, string> = {}): Promise<{ api: ServerProcess; client: Client }> {
    const api = this.start('api', env)
    const client = new Client(await api.ready())
    await client.signIn(demoPerson.email, demoPerson.password)
    return { api, client }
  }

  /** Ends what still runs, and answers the output of those that did not end as they were asked to. */
  async close(): Promise<string[]> {
    const ends = await Promise.all(this.#processes.map(async (process) => ({ process, alive: process.isAlive, end: await process.end('SIGTERM') })))
    await this.#cleanUp()
    return ends.filter(({ alive, end }) => alive && end[0] !== 0).map(({ process }) => process.output)
  }
}
