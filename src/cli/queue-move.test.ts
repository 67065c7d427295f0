import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { test } from 'node:test'
import { openDatabase } from '#platform/db'
import { type OutgoingJob, openQueue, type Queue } from '#platform/queue'
import { createClone, withoutPostgres } from '#test/database'
import { startOwnRedis } from '#test/own-redis'

const ENTRY = new URL('./cooly.ts', import.meta.url).pathname

test('moving jobs to another queue', { skip: withoutPostgres }, async (t) => {
  const redis = await startOwnRedis()
  if (redis === undefined) return t.skip('no redis-server on the PATH')
  const { url, drop } = await createClone()
  const db = await openDatabase({ url, directory: null, connectionsMax: 4, onIdleError: () => undefined })
  const surroundings = { db, onError: assert.ifError }
  const [postgres, bullmq] = [await openQueue({ kind: 'postgres' }, surroundings), await openQueue({ kind: 'bullmq', url: redis.url }, surroundings)]
  t.after(async () => {
    await postgres.close()
    await bullmq.close()
    await db.close()
    await drop()
    await redis.close()
  })
  const env = { DATABASE_URL: url, REDIS_URL: redis.url }
  const published = [
    ...jobs(40, { queue: 'image' }), ...jobs(10, { queue: 'image', priority: 'bulk' }), ...jobs(5, { queue: 'image', delayMs: 3_600_000 }), ...jobs(3, { queue: 'mail' }),
  ]
  await postgres.publish(published)

  await t.test('killed between the two queues and called again, every job is in the other one, and once', async () => {
    const killed = await move({ ...env, COOLY_FAILPOINTS: 'queue.after_move=kill9' }, '--from', 'postgres', '--to', 'bullmq')
    assert.equal(killed.signal, 'SIGKILL')
    assert.deepEqual([(await postgres.counts('image')).waiting, (await bullmq.counts('image')).waiting], [50, 50], 'it was killed at the worst moment')
    const { code, stdout, stderr } = await move(env, '--from', 'postgres', '--to', 'bullmq', '--json')
    assert.equal(code, 0, stderr)
    const { queues } = JSON.parse(stdout) as { queues: { name: string; moved: number }[] }
    assert.deepEqual(queues.filter(({ moved }) => moved > 0).map(({ name, moved }) => [name, moved]), [['image', 55], ['mail', 3]])
    assert.deepEqual(await postgres.counts('image'), { waiting: 0, active: 0, delayed: 0 })
    assert.deepEqual(await bullmq.counts('image'), { waiting: 50, active: 0, delayed: 5 })
  })

  await t.test('and back, with ids, priorities and the delay that is left', async () => {
    const { code, stdout } = await move(env, '--from', 'bullmq', '--to', 'postgres')
    assert.equal(code, 0)
    assert.match(stdout, /^image +55 moved$/m)
    assert.match(stdout, /^58 jobs moved from bullmq to postgres\.$/m)
    const back = [...(await takeAll(postgres, 'image')), ...(await takeAll(postgres, 'mail'))]
    const plain = (list: readonly OutgoingJob[]) =>
      list.map(({ id, queue, payload, priority = 'interactive', delayMs = 0 }) => ({ id, queue, payload, priority, delayed: delayMs > 3_000_000 && delayMs <= 3_600_000 })).toSorted((a, b) => (a.id < b.id ? -1 : 1))
    assert.deepEqual(plain(back), plain(published))
  })

  await t.test('what a worker has in hand stays, is said, and asks for another call', async () => {
    await postgres.publish(jobs(2, { queue: 'image' }))
    const [taken, done] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    const consumer = await postgres.consume('image', { concurrencyMax: 1 }, () => {
      taken.resolve()
      return done.promise
    })
    await taken.promise
    consumer.pause()
    const { code, stdout } = await move(env, '--from', 'postgres', '--to', 'bullmq')
    assert.equal(code, 5)
    assert.match(stdout, /^image +1 moved, 1 in the hands of a worker$/m)
    done.resolve()
    await consumer.stop()
  })

  await t.test('a call that cannot work is refused before anything is opened', async () => {
    assert.equal((await move(env, '--from', 'postgres', '--to', 'postgres')).code, 2)
    assert.equal((await move(env, '--from', 'postgres', '--to', 'kafka')).code, 2)
    const { code, stderr } = await move({ DATABASE_URL: url }, '--from', 'postgres', '--to', 'bullmq')
    assert.deepEqual([code, /needs REDIS_URL/.test(stderr)], [2, true])
    assert.equal((await move({ ...env, REDIS_URL: 'redis://127.0.0.1:1' }, '--from', 'postgres', '--to', 'bullmq')).code, 5)
  })
})

function jobs(count: number, parts: Pick<OutgoingJob, 'queue' | 'priority' | 'delayMs'>): OutgoingJob[] {
  return Array.from({ length: count }, (_, number) => ({ id: randomUUID(), payload: { number }, ...parts }))
}

async function takeAll(queue: Queue, name: OutgoingJob['queue']): Promise<OutgoingJob[]> {
  const all: OutgoingJob[] = []
  await queue.moveOut(name, async (batch) => void all.push(...batch))
  return all
}

/** The real process, as a shell would start it. */
function move(env: Record<string, string>, ...options: string[]): Promise<{ code: number; signal: string | null; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [ENTRY, 'queue', 'move', ...options], { env: { PATH: process.env['PATH'], NODE_ENV: 'test', ...env } }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), signal: error?.signal ?? null, stdout, stderr })
    })
  })
}
