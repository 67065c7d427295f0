import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Coalescer, type CoalescerOptions } from './coalescer.ts'

test('an ask that finds a free place goes at once, and what waits meanwhile goes as one batch, in order', async () => {
  const { coalescer, batches, answer } = open({ inFlightMax: 1, batchMax: 3 })
  const asks = ['a', 'b', 'c', 'd', 'e'].map((ask) => coalescer.ask(ask))
  assert.deepEqual(batches, [['a']])
  await answer()
  assert.deepEqual(batches, [['a'], ['b', 'c', 'd']])
  await answer()
  await answer()
  assert.deepEqual(await Promise.all(asks), ['A', 'B', 'C', 'D', 'E'])
  assert.deepEqual(batches, [['a'], ['b', 'c', 'd'], ['e']])
})

test('no more batches are under way than allowed', async () => {
  const { coalescer, batches, answer } = open({ inFlightMax: 2, batchMax: 3 })
  const asks = ['a', 'b', 'c'].map((ask) => coalescer.ask(ask))
  assert.deepEqual(batches, [['a'], ['b']])
  await answer()
  await answer()
  await answer()
  assert.deepEqual(await Promise.all(asks), ['A', 'B', 'C'])
})

test('two asks of one key do not travel together', async () => {
  const { coalescer, batches, answer } = open({ inFlightMax: 1, batchMax: 9, keyOf: (ask) => ask[0]! })
  const asks = ['x', 'k1', 'k2', 'y'].map((ask) => coalescer.ask(ask))
  for (let count = 0; count < 3; count += 1) await answer()
  await Promise.all(asks)
  assert.deepEqual(batches, [['x'], ['k1', 'y'], ['k2']])
})

test('asks of a lane wait while others of it are under way, and asks of other lanes do not', async () => {
  const { coalescer, batches, answer } = open({ inFlightMax: 3, batchMax: 9, laneOf: (ask) => ask[0]! })
  const asks = ['a1', 'a2', 'b1', 'a3', 'b2'].map((ask) => coalescer.ask(ask))
  assert.deepEqual(batches, [['a1'], ['b1']])
  await answer()
  assert.deepEqual(batches, [['a1'], ['b1'], ['a2', 'a3']])
  await answer()
  await answer()
  await answer()
  await Promise.all(asks)
  assert.deepEqual(batches, [['a1'], ['b1'], ['a2', 'a3'], ['b2']])
})

test('a batch that fails is tried one by one, so that only the bad ask fails', async () => {
  const { coalescer, batches, answer } = open({ inFlightMax: 1, batchMax: 9 })
  const asks = Promise.allSettled(['a', 'b', 'bad', 'c'].map((ask) => coalescer.ask(ask)))
  for (let count = 0; count < 5; count += 1) await answer()
  const outcomes = await asks
  assert.deepEqual(outcomes.map(({ status }) => status), ['fulfilled', 'fulfilled', 'rejected', 'fulfilled'])
  assert.deepEqual(batches, [['a'], ['b', 'bad', 'c'], ['b'], ['bad'], ['c']])
})

test('after an error that leaves doubt nothing is tried again, and everybody is told', async () => {
  const { coalescer, batches, answer } = open({ inFlightMax: 1, batchMax: 9, leavesDoubt: () => true })
  const asks = Promise.allSettled(['a', 'b', 'bad'].map((ask) => coalescer.ask(ask)))
  await answer()
  await answer()
  const outcomes = await asks
  assert.deepEqual(outcomes.map(({ status }) => status), ['fulfilled', 'rejected', 'rejected'])
  assert.deepEqual(batches, [['a'], ['b', 'bad']])
})

/** Answers asks in capitals, batch by batch, each when it is told to; a batch with `bad` in it fails. */
test('where it gathers, what arrived together travels together, the first ask included', async () => {
  const { coalescer, batches, answer } = open({ inFlightMax: 1, batchMax: 3, gathering: { companyMin: 9, patienceMs: 60_000 } })
  const asks = ['a', 'b', 'c', 'd'].map((ask) => coalescer.ask(ask))
  assert.deepEqual(batches, [])
  while (batches.length < 2) await answer()
  await answer()
  assert.deepEqual(await Promise.all(asks), ['A', 'B', 'C', 'D'])
  assert.deepEqual(batches, [['a', 'b', 'c'], ['d']])
})

test('where it gathers, a second batch goes beside the first when it is worth it, or when the first takes too long', async () => {
  for (const [patienceMs, more, expected] of [[60_000, ['b', 'c'], ['b', 'c']], [1, ['b'], ['b']]] as const) {
    const { coalescer, batches, answer } = open({ inFlightMax: 2, batchMax: 9, gathering: { companyMin: 2, patienceMs } })
    const first = coalescer.ask('a')
    await settled(() => batches.length === 1)
    const rest = more.map((ask) => coalescer.ask(ask))
    await settled(() => batches.length === 2)
    assert.deepEqual(batches, [['a'], expected])
    await answer()
    await answer()
    await Promise.all([first, ...rest])
  }
})

test('where it gathers, too few for a second batch go when the first is done', async () => {
  const { coalescer, batches, answer } = open({ inFlightMax: 2, batchMax: 9, gathering: { companyMin: 2, patienceMs: 60_000 } })
  const first = coalescer.ask('a')
  await settled(() => batches.length === 1)
  const second = coalescer.ask('b')
  for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => void setImmediate(resolve))
  assert.deepEqual(batches, [['a']])
  await answer()
  await first
  await settled(() => batches.length === 2)
  await answer()
  assert.equal(await second, 'B')
})

test('an error that others would share is not waited for again', async () => {
  const sent: string[] = []
  const coalescer = new Coalescer<string, string>({
    inFlightMax: 1,
    batchMax: 9,
    gathering: { companyMin: 9, patienceMs: 60_000 },
    leavesDoubt: () => false,
    isShared: (_error, failed, other) => failed[0] === other[0],
    send: async (asks) => {
      sent.push(asks.join(' '))
      if (asks.some((ask) => ask.startsWith('x'))) throw new Error('stuck')
      return asks
    },
  })
  const outcomes = await Promise.allSettled(['x1', 'a', 'x2', 'b', 'x3'].map((ask) => coalescer.ask(ask)))
  assert.deepEqual(outcomes.map(({ status }) => status), ['rejected', 'fulfilled', 'rejected', 'fulfilled', 'rejected'])
  assert.deepEqual(sent, ['x1 a x2 b x3', 'x1', 'a', 'b'])
})

/** Lets the event loop turn until it is so. */
async function settled(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => void setImmediate(resolve))
}

function open(options: Partial<CoalescerOptions<string, string>> & { inFlightMax: number; batchMax: number }) {
  const batches: string[][] = []
  const held: (() => void)[] = []
  const send = async (asks: readonly string[]) => {
    batches.push([...asks])
    await new Promise<void>((resolve) => void held.push(resolve))
    if (asks.includes('bad')) throw new Error('bad')
    return asks.map((ask) => ask.toUpperCase())
  }
  const coalescer = new Coalescer({ leavesDoubt: () => false, ...options, send })
  const answer = async () => {
    held.shift()?.()
    await new Promise((resolve) => void setImmediate(resolve))
  }
  return { coalescer, batches, answer }
}
