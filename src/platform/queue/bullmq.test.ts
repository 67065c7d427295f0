import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { describe, test, type TestContext } from 'node:test'
import { Queue as BullQueue } from 'bullmq'
import { Redis } from 'ioredis'
import { type Cable, layCable } from '#test/cable'
import { startOwnRedis } from '#test/own-redis'
import { redisUrl } from '#test/services'
import { openBullmqQueue } from './bullmq.ts'
import { type Broker, type Line, queueConformance } from './conformance.ts'
import { QueueUnreachable, QueueUnsuitable } from './errors.ts'

const LOCK_MS = 2_000
const found = redisUrl()
const url = 'url' in found ? found.url : 'redis://127.0.0.1:1'
const skip = 'missing' in found ? found.missing : false

describe('the queue on Redis', { skip, concurrency: 6 }, () => {
  queueConformance(openBroker, { silenceMs: LOCK_MS, dropsDoubles: true })
})

test('a Redis that evicts keys is refused by the name of its policy', async (t) => {
  const redis = await ownRedis(t, { policy: 'allkeys-lru' })
  if (redis === undefined) return
  await assert.rejects(openBullmqQueue({ url: redis.url, onError: assert.fail }), (error) => error instanceof QueueUnsuitable && /allkeys-lru/.test(error.message))
})

test('a Redis that is not there is refused with its address and without its password', async () => {
  const opening = openBullmqQueue({ url: 'redis://user:very-secret@127.0.0.1:1', onError: () => undefined })
  await assert.rejects(opening, (error) => error instanceof QueueUnreachable && /127\.0\.0\.1:1.*ECONNREFUSED/.test(error.message) && !error.message.includes('very-secret'))
})

test('a Redis that was restarted empty is used again by publisher and consumer', async (t) => {
  const first = await ownRedis(t)
  if (first === undefined) return
  const queue = await openBullmqQueue({ url: first.url, lockMs: LOCK_MS, stalledMs: 200, onError: () => undefined })
  t.after(() => queue.close())
  const taken = [Promise.withResolvers<string>(), Promise.withResolvers<string>()]
  let count = 0
  await queue.consume('image', { concurrencyMax: 2 }, async ({ id }) => taken[count++]!.resolve(id))
  const [before, after] = [randomUUID(), randomUUID()]
  await queue.publish([{ id: before, queue: 'image', payload: {} }])
  assert.equal(await taken[0]!.promise, before)
  await first.close()
  await assert.rejects(queue.publish([{ id: after, queue: 'image', payload: {} }]))
  await ownRedis(t, { port: first.port })
  await reconnected(queue)
  await queue.publish([{ id: after, queue: 'image', payload: {} }])
  assert.equal(await taken[1]!.promise, after)
})

test('a queue that is closed while its Redis is away lets the process end', async (t) => {
  const redis = await ownRedis(t)
  if (redis === undefined) return
  const script = `
    const { openBullmqQueue } = await import(${JSON.stringify(new URL('./bullmq.ts', import.meta.url).href)})
    const queue = await openBullmqQueue({ url: '${redis.url}', onError: () => undefined })
    await queue.consume('image', { concurrencyMax: 1 }, async () => undefined)
    console.log('open')
    process.stdin.once('data', async () => { await queue.close(); process.stdin.destroy() })`
  const child = spawn(process.execPath, ['--input-type=module', '--eval', script], { stdio: ['pipe', 'pipe', 'inherit'] })
  t.after(() => child.kill('SIGKILL'))
  await once(child.stdout, 'data')
  await redis.close()
  child.stdin.write('close')
  assert.deepEqual(await once(child, 'exit'), [0, null])
})

async function reconnected(queue: { check(): Promise<void> }): Promise<void> {
  while (!(await queue.check().then(() => true, () => false))) await new Promise((resolve) => setTimeout(resolve, 20))
}

async function ownRedis(t: TestContext, options: { port?: number; policy?: string } = {}) {
  const redis = await startOwnRedis(options)
  if (redis === undefined) t.skip('no redis-server on the PATH')
  else t.after(() => redis.close())
  return redis
}

/** Keys of its own in the one Redis. */
async function openBroker(): Promise<Broker> {
  const prefix = `test-${randomUUID()}`
  const redis = new Redis(url)
  const cables: Cable[] = []
  return {
    open: async (): Promise<Line> => {
      const address = new URL(url)
      const cable = await layCable(address.hostname, Number(address.port || 6379))
      cables.push(cable)
      address.hostname = '127.0.0.1'
      address.port = String(cable.port)
      const queue = await openBullmqQueue({ url: address.href, prefix, lockMs: LOCK_MS, stalledMs: 200, onError: () => undefined })
      return { queue, cut: cable.cut, mend: cable.mend, close: () => queue.close() }
    },
    publishText: async (lane, text) => {
      const queue = new BullQueue(lane, { connection: redis, prefix })
      const { id } = await queue.add(lane, {}, { removeOnComplete: true })
      await redis.hset(`${prefix}:${lane}:${id}`, 'data', text)
    },
    close: async () => {
      const keys = await redis.keys(`${prefix}:*`)
      if (keys.length > 0) await redis.del(...keys)
      redis.disconnect()
      for (const cable of cables) await cable.close()
    },
  }
}
