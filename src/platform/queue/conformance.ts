import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test, type TestContext } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import type { Consumer, Job, OutgoingJob, Queue, QueueName } from './port.ts'

/** One process's connection to the broker, over a wire that can be cut. */
export interface Line {
  readonly queue: Queue
  cut(): void
  mend(): void
  close(): Promise<void>
}

export interface Broker {
  /** Opens another connection, as another process would. The first one finds the broker empty. */
  open(): Promise<Line>
  /** Puts text into the lane behind the adapter's back. */
  publishText(queue: QueueName, text: string): Promise<void>
  close(): Promise<void>
}

export interface Promises {
  /** How long a silent worker keeps its jobs. */
  readonly silenceMs: number
  /** Whether a job id that is still waiting is not taken a second time. */
  readonly dropsDoubles: boolean
  /** Why there is no connection that could be lost, where there is none. */
  readonly withoutWire?: string
}

const LIMIT_MS = 30_000

/** The promises of the port. Every adapter runs them against its own broker, which is empty for each. */
export function queueConformance(openBroker: () => Promise<Broker>, { silenceMs, dropsDoubles, withoutWire }: Promises): void {
  const guarantee = (title: string, work: (world: World) => Promise<void>, skip: string | false = false): void => {
    void test(title, { timeout: LIMIT_MS, skip }, async (t) => work(World.open(t, await openBroker())))
  }

  guarantee('a job is handed over with its id and payload, and is gone when its handler has ended', async (world) => {
    const { queue } = await world.line()
    const [job] = jobs(1)
    const { consumer, taken } = await world.record(queue)
    await queue.publish([job!])
    assert.deepEqual(await taken.next(), { id: job!.id, payload: job!.payload, attempt: 1 })
    await consumer.stop()
    assert.deepEqual(await queue.counts('image'), { waiting: 0, active: 0, delayed: 0 })
  })

  guarantee('more jobs than any batch are all handed over, none of them twice', async (world) => {
    const { queue } = await world.line()
    const published = [...jobs(60), ...jobs(25, { priority: 'bulk' })]
    await queue.publish(published)
    const { consumer, taken } = await world.record(queue, { concurrencyMax: 16 })
    const ids = await taken.take(published.length)
    await consumer.stop()
    assert.deepEqual(ids.map(({ id }) => id).toSorted(), published.map(({ id }) => id).toSorted())
    assert.deepEqual(await queue.counts('image'), { waiting: 0, active: 0, delayed: 0 })
  })

  guarantee('a job whose handler throws comes back with the next attempt number', async (world) => {
    const { queue } = await world.line()
    const { taken } = await world.record(queue, {
      handle: async ({ attempt }) => {
        if (attempt < 2) throw new Error('the first attempt fails')
      },
    })
    await queue.publish(jobs(1))
    assert.deepEqual((await taken.take(2)).map(({ attempt }) => attempt), [1, 2])
  })

  guarantee('a delayed job waits for its time and holds nobody up', async (world) => {
    const { queue } = await world.line()
    const [[later], [now]] = [jobs(1, { delayMs: 1_500 }), jobs(1)]
    const published = Date.now()
    await queue.publish([later!])
    assert.deepEqual(await queue.counts('image'), { waiting: 0, active: 0, delayed: 1 })
    await queue.publish([now!])
    const { taken } = await world.record(queue)
    assert.deepEqual((await taken.take(2)).map(({ id }) => id), [now!.id, later!.id])
    assert(Date.now() - published >= 1_000)
  })

  guarantee('interactive jobs go before bulk ones that came first', async (world) => {
    const { queue } = await world.line()
    const [bulk, interactive] = [jobs(4, { priority: 'bulk' }), jobs(4, { priority: 'interactive' })]
    await queue.publish(bulk)
    await queue.publish(interactive)
    assert.equal((await queue.counts('image')).waiting, 8)
    const { taken } = await world.record(queue)
    const order = (await taken.take(8)).map(({ id }) => (bulk.some((job) => job.id === id) ? 'bulk' : 'interactive'))
    assert.deepEqual(order, [...Array.from({ length: 4 }, () => 'interactive'), ...Array.from({ length: 4 }, () => 'bulk')])
  })

  guarantee('interactive work is taken while bulk work occupies all but one place', async (world) => {
    const { queue } = await world.line()
    const bulk = jobs(3, { priority: 'bulk' })
    await queue.publish(bulk)
    const { taken } = await world.record(queue, { concurrencyMax: 4, handle: ({ id }) => (bulk.some((job) => job.id === id) ? world.gate : Promise.resolve()) })
    await taken.take(3)
    const interactive = jobs(3)
    await queue.publish(interactive)
    assert.deepEqual((await taken.take(3)).map(({ id }) => id).toSorted(), interactive.map(({ id }) => id).toSorted())
    world.release()
  })

  guarantee('lanes are apart', async (world) => {
    const { queue } = await world.line()
    const [[video], [image]] = [jobs(1, { queue: 'video' }), jobs(1)]
    await queue.publish([video!, image!])
    const images = await world.record(queue)
    assert.equal((await images.taken.next()).id, image!.id)
    await images.consumer.stop()
    assert.equal((await queue.counts('video')).waiting, 1)
    const videos = await world.record(queue, { lane: 'video' })
    assert.equal((await videos.taken.next()).id, video!.id)
  })

  guarantee('a worker that falls silent loses its job to another, and its late end changes nothing', async (world) => {
    const [dying, living] = [await world.line(), await world.line()]
    await dying.queue.publish(jobs(1))
    const first = await world.record(dying.queue, { handle: () => world.gate })
    const { id } = await first.taken.next()
    first.consumer.pause()
    dying.cut()
    const failing = Promise.withResolvers<void>()
    const second = await world.record(living.queue, { handle: ({ attempt }) => (attempt === 2 ? Promise.race([failing.promise, world.closing]) : Promise.resolve()) })
    const again = await second.taken.next()
    assert.deepEqual([again.id, again.attempt], [id, 2])
    // The first worker comes back from wherever it was and reports that all is done.
    dying.mend()
    await until(() => dying.queue.check())
    world.release()
    await first.consumer.stop()
    failing.reject(new Error('and the second fails'))
    const third = await second.taken.next()
    assert.deepEqual([third.id, third.attempt], [id, 3])
    await second.consumer.stop()
    assert.deepEqual(await living.queue.counts('image'), { waiting: 0, active: 0, delayed: 0 })
  })

  guarantee('a job that takes longer than the time of a silent worker stays with who works on it', async (world) => {
    const [working, other] = [await world.line(), await world.line()]
    await working.queue.publish(jobs(1))
    const first = await world.record(working.queue, { handle: () => world.gate })
    await first.taken.next()
    const second = await world.record(other.queue)
    // Later than any of the first's times could run out: a job whose delay is longer has arrived.
    await other.queue.publish(jobs(1, { delayMs: 1.5 * silenceMs }))
    assert.equal((await second.taken.next()).attempt, 1)
    assert.equal(second.taken.size, 0)
    world.release()
    await Promise.all([first.consumer.stop(), second.consumer.stop()])
    assert.deepEqual(await other.queue.counts('image'), { waiting: 0, active: 0, delayed: 0 })
  })

  guarantee(dropsDoubles ? 'what is published twice while it waits is delivered once' : 'what is published twice is delivered twice under the same id', async (world) => {
    const { queue } = await world.line()
    const [[twice], [marker]] = [jobs(1), jobs(1)]
    await queue.publish([twice!])
    await queue.publish([twice!])
    await queue.publish([marker!])
    const { consumer, taken } = await world.record(queue)
    const ids = (await taken.take(dropsDoubles ? 2 : 3)).map(({ id }) => id)
    await consumer.stop()
    assert.deepEqual(ids.toSorted(), [twice!.id, ...(dropsDoubles ? [] : [twice!.id]), marker!.id].toSorted())
    assert.deepEqual(await queue.counts('image'), { waiting: 0, active: 0, delayed: 0 })
  })

  guarantee('text that is no JSON reaches the handler as it is, and ends as any other job', async (world) => {
    const { queue } = await world.line()
    await world.broker.publishText('image', 'not { JSON')
    const { consumer, taken } = await world.record(queue)
    const { payload } = await taken.next()
    assert.equal(payload, 'not { JSON')
    await consumer.stop()
    assert.deepEqual(await queue.counts('image'), { waiting: 0, active: 0, delayed: 0 })
  })

  guarantee('stopping waits for what runs and leaves the rest to others', async (world) => {
    const { queue } = await world.line()
    await queue.publish(jobs(3))
    const ended: string[] = []
    const { consumer, taken } = await world.record(queue, { handle: ({ id }) => world.gate.then(() => void ended.push(id)) })
    const running = await taken.next()
    const stopped = consumer.stop().then(() => ended.push('stopped'))
    world.release()
    await stopped
    assert.deepEqual(ended, [running.id, 'stopped'])
    assert.deepEqual(await queue.counts('image'), { waiting: 2, active: 0, delayed: 0 })
  })

  guarantee('closing the queue stops its consumers as well', async (world) => {
    const line = await world.line()
    await line.queue.publish(jobs(1))
    let ended = false
    const { taken } = await world.record(line.queue, { handle: () => world.gate.then(() => void (ended = true)) })
    await taken.next()
    const closed = line.close()
    world.release()
    await closed
    assert.equal(ended, true)
  })

  guarantee('a paused consumer takes nothing while others do, goes on with what it has, and takes again when resumed', async (world) => {
    const [first, second] = [await world.line(), await world.line()]
    const pausing = await world.record(first.queue, { handle: () => world.gate })
    await first.queue.publish(jobs(1))
    await pausing.taken.next()
    pausing.consumer.pause()
    pausing.consumer.pause()
    world.release()
    const other = await world.record(second.queue)
    const whilePaused = jobs(5)
    await second.queue.publish(whilePaused)
    await other.taken.take(5)
    await other.consumer.stop()
    assert.equal(pausing.taken.size, 0)
    pausing.consumer.resume()
    const [last] = jobs(1)
    await second.queue.publish([last!])
    assert.equal((await pausing.taken.next()).id, last!.id)
  })

  guarantee('another concurrency holds from the next job on, up and down', async (world) => {
    const { queue } = await world.line()
    await queue.publish(jobs(3))
    const { consumer, taken, inHand } = await world.record(queue, { handle: () => world.gate })
    await taken.next()
    consumer.setConcurrency(3)
    await taken.take(2)
    assert.equal(inHand.now, 3)
    consumer.setConcurrency(1)
    world.release()
    await until(async () => assert.equal(inHand.now, 0))
    inHand.most = 0
    await queue.publish(jobs(10))
    await taken.take(10)
    assert.equal(inHand.most, 1)
  })

  guarantee('a consumer never has more in hand than it may, of both priorities together', async (world) => {
    const { queue } = await world.line()
    const { consumer, taken, inHand } = await world.record(queue, { concurrencyMax: 3, handle: () => delay(5) })
    for (let round = 0; round < 3; round += 1) {
      await queue.publish([...jobs(10, { priority: 'bulk' }), ...jobs(10)])
      await taken.take(20)
    }
    await consumer.stop()
    assert.equal(inHand.most, 3)
  })

  guarantee('while the broker is away publishing and the check reject; afterwards both work again, and so do consumers', async (world) => {
    const line = await world.line()
    const { taken } = await world.record(line.queue)
    const [[before], [after]] = [jobs(1), jobs(1)]
    await line.queue.publish([before!])
    await taken.next()
    line.cut()
    await assert.rejects(line.queue.publish([after!]))
    await assert.rejects(line.queue.check())
    line.mend()
    await until(() => line.queue.check())
    await until(() => line.queue.publish([after!]))
    assert.equal((await taken.next()).id, after!.id)
  }, withoutWire ?? false)

  guarantee('moving out hands over all that waits with priority and delay, and leaves nothing', async (world) => {
    const { queue } = await world.line()
    const waiting = [...jobs(12), ...jobs(11, { priority: 'bulk' })]
    await queue.publish(waiting)
    const moved: OutgoingJob[] = []
    assert.equal(await queue.moveOut('image', async (batch) => void moved.push(...batch)), 23)
    const plain = (list: readonly OutgoingJob[]) =>
      list.map(({ id, queue, payload, priority = 'interactive' }) => ({ id, queue, payload, priority })).toSorted((a, b) => (a.id < b.id ? -1 : 1))
    assert.deepEqual(plain(moved), plain(waiting))
    assert.deepEqual(await queue.counts('image'), { waiting: 0, active: 0, delayed: 0 })
  })
}

function jobs(count: number, parts: Partial<OutgoingJob> = {}): OutgoingJob[] {
  return Array.from({ length: count }, (_, number) => ({ id: randomUUID(), queue: 'image', payload: { number, text: 'ä€😀' }, ...parts }))
}

/** Tries until it works. The test's own limit ends it. */
async function until<T>(attempt: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await attempt()
    } catch {
      await delay(20)
    }
  }
}

/** What was taken and not yet looked at, in order. */
class Taken {
  readonly #jobs: Job[] = []
  #wake: (() => void) | undefined

  get size(): number {
    return this.#jobs.length
  }

  add(job: Job): void {
    this.#jobs.push(job)
    this.#wake?.()
  }

  async next(): Promise<Job> {
    while (this.#jobs.length === 0) await new Promise<void>((resolve) => (this.#wake = resolve))
    return this.#jobs.shift()!
  }

  async take(count: number): Promise<Job[]> {
    const list: Job[] = []
    while (list.length < count) list.push(await this.next())
    return list
  }
}

interface Recording {
  readonly consumer: Consumer
  readonly taken: Taken
  readonly inHand: { now: number; most: number }
}

interface RecordOptions {
  readonly lane?: QueueName
  readonly concurrencyMax?: number
  readonly handle?: (job: Job) => Promise<unknown>
}

/** The broker of one test with all that was opened on it, put away at its end. */
class World {
  readonly broker: Broker
  readonly #gate = Promise.withResolvers<void>()
  readonly #closing = Promise.withResolvers<void>()
  readonly #lines: Line[] = []

  static open(t: TestContext, broker: Broker): World {
    const world = new World(broker)
    t.after(() => world.#close())
    return world
  }

  constructor(broker: Broker) {
    this.broker = broker
  }

  /** Holds handlers until `release`. */
  get gate(): Promise<void> {
    return this.#gate.promise
  }

  release(): void {
    this.#gate.resolve()
  }

  /** Lets no handler hold up the end of a test that failed. */
  get closing(): Promise<void> {
    return this.#closing.promise
  }

  async line(): Promise<Line> {
    const line = await this.broker.open()
    let closed: Promise<void> | undefined
    const closedOnce = { ...line, close: () => (closed ??= line.close()) }
    this.#lines.push(closedOnce)
    return closedOnce
  }

  async record(queue: Queue, { lane = 'image', concurrencyMax = 1, handle = () => Promise.resolve() }: RecordOptions = {}): Promise<Recording> {
    const [taken, inHand] = [new Taken(), { now: 0, most: 0 }]
    const consumer = await queue.consume(lane, { concurrencyMax }, async (job) => {
      inHand.now += 1
      inHand.most = Math.max(inHand.most, inHand.now)
      taken.add(job)
      try {
        await handle(job)
      } finally {
        inHand.now -= 1
      }
    })
    return { consumer, taken, inHand }
  }

  async #close(): Promise<void> {
    this.release()
    this.#closing.resolve()
    for (const line of this.#lines) line.mend()
    for (const line of this.#lines) await line.close()
    await this.broker.close()
  }
}
