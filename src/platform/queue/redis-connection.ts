import { Redis } from 'ioredis'
import { QueueUnreachable, QueueUnsuitable } from './errors.ts'

const CONNECT_MS_MAX = 5_000
const COMMAND_MS_MAX = 5_000
const RECONNECT_MS_MAX = 2_000

/**
 * Connects, and keeps the connection: it comes back by itself. While it is away every command fails at once instead of piling up.
 *
 * Refuses `QueueUnreachable` when the first connection cannot be had.
 */
export async function connectRedis(url: string, onError: (error: Error) => void): Promise<Redis> {
  const redis = new Redis(url, {
    lazyConnect: true,
    connectTimeout: CONNECT_MS_MAX,
    commandTimeout: COMMAND_MS_MAX,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    retryStrategy: (times) => Math.min(RECONNECT_MS_MAX, 100 * 2 ** times),
  })
  let last: Error | undefined
  redis.on('error', (error) => (last = error))
  try {
    await redis.connect()
  } catch (error) {
    redis.disconnect()
    throw new QueueUnreachable({ where: placeOf(url), reason: explain(last ?? (error as Error)) }, { cause: error })
  }
  redis.on('error', onError)
  return redis
}

/** Refuses `QueueUnsuitable` for a Redis that throws keys away when its memory is full. Where the policy cannot be read, it is taken on trust. */
export async function refuseEviction(redis: Redis, url: string): Promise<void> {
  const [, policy] = /^maxmemory_policy:(\S+)/m.exec(await redis.info('memory').catch(() => '')) ?? []
  if (policy === undefined || policy === 'noeviction') return
  throw new QueueUnsuitable({
    where: placeOf(url),
    reason: `its maxmemory-policy is ${policy}, which drops jobs when the memory is full. Set it to noeviction, or use another Redis for the queue.`,
  })
}

/** The address without what must not be shown. */
function placeOf(url: string): string {
  const { hostname, port, pathname } = new URL(url)
  return `Redis at ${hostname}:${port || '6379'}${pathname.length > 1 ? pathname : ''} (REDIS_URL)`
}

function explain(error: Error): string {
  return error.message || ((error as NodeJS.ErrnoException).code ?? error.name)
}
