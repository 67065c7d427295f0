/** A queue server for one cell of the matrix: its own, so that losing everything in it harms nobody else. */
import { startFauxqs } from 'fauxqs'
import { Redis } from 'ioredis'
import { findOnPath } from '../../scripts/services/find-program.ts'
import { startOwnRedis } from '../../scripts/services/redis.ts'

export type QueueKind = 'postgres' | 'bullmq' | 'sqs'

export interface Broker {
  readonly kind: QueueKind
  /** What the product's processes are told. */
  readonly env: Readonly<Record<string, string>>
  /** Forgets every message, as a broker without persistence does when it is restarted. Null where the queue lives in the database. */
  readonly loseEverything: (() => Promise<void>) | null
  close(): Promise<void>
}

/** Why cells of this kind cannot run here, or false. */
export function withoutBroker(kind: QueueKind): string | false {
  return kind === 'bullmq' && findOnPath(['redis-server', 'valkey-server']) === undefined ? 'no redis-server on this machine' : false
}

export function openBroker(kind: QueueKind): Promise<Broker> {
  if (kind === 'bullmq') return openRedis()
  if (kind === 'sqs') return openSqs()
  return Promise.resolve({ kind, env: { QUEUE: 'postgres' }, loseEverything: null, close: () => Promise.resolve() })
}

async function openRedis(): Promise<Broker> {
  const redis = await startOwnRedis()
  if (redis === undefined) throw new Error('no redis-server on this machine')
  return {
    kind: 'bullmq',
    env: { QUEUE: 'bullmq', REDIS_URL: redis.url },
    loseEverything: async () => {
      const client = new Redis(redis.url)
      await client.flushall()
      client.disconnect()
    },
    close: () => redis.close(),
  }
}

async function openSqs(): Promise<Broker> {
  let server = await startFauxqs({ port: 0, host: 'localhost', logger: false })
  const { port } = server
  return {
    kind: 'sqs',
    env: {
      QUEUE: 'sqs',
      SQS_MAIN_QUEUE_URL: `http://localhost:${port}/000000000000/cooly`,
      AWS_ENDPOINT_URL_SQS: `http://localhost:${port}`,
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
    },
    loseEverything: async () => {
      await server.stop()
      server = await startFauxqs({ port, host: 'localhost', logger: false })
    },
    close: () => server.stop(),
  }
}
