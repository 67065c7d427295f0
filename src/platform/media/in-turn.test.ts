import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inTurn } from './in-turn.ts'

test('two are at work at a time, and what takes more than its share is alone, in the order of arrival', async () => {
  const begun: string[] = []
  const atWork = new Set<string>()
  const gates = new Map<string, () => void>()
  const work = (name: string, bytes?: number) =>
    inTurn(async () => {
      begun.push(name)
      atWork.add(name)
      assert(atWork.size <= (name === 'huge' ? 1 : 2) && !(atWork.has('huge') && atWork.size > 1), [...atWork].join())
      await new Promise<void>((resolve) => gates.set(name, resolve))
      atWork.delete(name)
    }, bytes)
  const all = [work('a'), work('b'), work('huge', 700e6), work('c'), work('d')]
  const settled = async () => new Promise((resolve) => setImmediate(resolve))
  const expected = [['a', 'b'], ['a', 'b'], ['a', 'b', 'huge'], ['a', 'b', 'huge', 'c', 'd']]
  for (const [index, next] of ['b', 'a', 'huge'].entries()) {
    await settled()
    assert.deepEqual(begun, expected[index])
    gates.get(next)!()
  }
  await settled()
  assert.deepEqual(begun, expected[3])
  for (const name of ['c', 'd']) gates.get(name)!()
  await Promise.all(all)
})

test('one that fails holds up nobody', async () => {
  await assert.rejects(inTurn(() => Promise.reject(new Error('damaged')), 700e6), /damaged/)
  assert.equal(await inTurn(() => Promise.resolve('fine')), 'fine')
})
