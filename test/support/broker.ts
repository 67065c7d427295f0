/** A queue server for one cell of the matrix: its own, so that losing everything in it harms nobody else. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { startFauxqs } from 'fauxqs'
import { findOnPath } from '../../scripts/services/find-program.ts'

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
  return kind === 'bullmq' && findOnPath(['redis-server']) === undefined ? 'no redis-server on this machine' : false
}

export function openBroker(kind: QueueKind): Promise<Broker> {
  if (kind === 'bullmq') return openRedis()
  if (kind === 'sqs') return openSqs()
  return Promise.resolve({ kind, env: { QUEUE: 'postgres' }, loseEverything: null, close: () => Promise.resolve() })
}

async function openRedis(): Promise<Broker> {
  const port = await findFreePort()
  const child = spawn('redis-server', ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--maxmemory-policy', 'noeviction'], { stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = once(child, 'exit')
  for await (const text of child.stdout.setEncoding('utf8') as AsyncIterable<string>) if (text.includes('Ready to accept connections')) break
  child.stdout.resume()
  return {
    kind: 'bullmq',
    env: { QUEUE: 'bullmq', REDIS_URL: `redis://127.0.0.1:${port}` },
    loseEverything: async () => {
      const flush = spawn('redis-cli', ['-p', String(port), 'flushall'], { stdio: 'ignore' })
      const [code] = (await once(flush, 'exit')) as [number | null]
      if (code !== 0) throw new Error(`redis-cli ended with ${code}`)
    },
    close: async () => {
      child.kill('SIGKILL')
      await ended
    },
  }
}

async function openSqs(): Promise<Broker> {
  const port = await findFreePort()
  const start = () => startFauxqs({ port, host: '127.0.0.1', logger: false })
  let server = await start()
  return {
    kind: 'sqs',
    env: {
      QUEUE: 'sqs',
      SQS_MAIN_QUEUE_URL: `http://127.0.0.1:${port}/000000000000/cooly`,
      AWS_ENDPOINT_URL_SQS: `http://127.0.0.1:${port}`,
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
    },
    loseEverything: async () => {
      await server.stop()
      server = await start()
    },
    close: () => server.stop(),
  }
}

/** A port nobody uses at this moment. */
async function findFreePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const address = probe.address()
  probe.close()
  await once(probe, 'close')
  if (address === null || typeof address === 'string') throw new Error('the probe has no port')
  return address.port
}
