import assert from 'node:assert/strict'
import type { IncomingMessage } from 'node:http'
import { test } from 'node:test'
import { Dice, readDice } from './dice.ts'

function call(headers: Record<string, string> = {}, method = 'POST'): IncomingMessage {
  return { method, headers } as unknown as IncomingMessage
}

function faultsOf(dice: Dice, count: number): (string | string[] | undefined)[] {
  return Array.from({ length: count }, (_, index) => {
    const one = call({ 'x-simulator-request': `r${index}`, 'x-simulator-call': '1' })
    dice.throwFor(one)
    return one.headers['x-fault']
  })
}

test('the same seed and the same calls meet the same faults, in any order; another seed meets others', () => {
  const chances = readDice('429=20,reset=20')
  const faults = faultsOf(new Dice(chances, 7), 200)
  assert.deepEqual(faultsOf(new Dice(chances, 7), 200), faults)
  const later = new Dice(chances, 7)
  faultsOf(later, 50)
  assert.deepEqual(faultsOf(later, 200), faults)
  assert.notDeepEqual(faultsOf(new Dice(chances, 8), 200), faults)
})

test('each fault strikes about as often as it was said to', () => {
  const faults = faultsOf(new Dice(readDice('429=10,lost-reply=0.5,poll-500@1=30'), 1), 10_000)
  const share = (name: string | undefined) => faults.filter((fault) => fault === name).length / 100
  for (const [name, percent, off] of [['429', 10, 1.5], ['lost-reply', 0.5, 0.4], ['poll-500@1', 30, 2], [undefined, 59.5, 2]] as const) {
    assert(Math.abs(share(name) - percent) < off, `${name}: ${share(name)} %`)
  }
})

test('what asks for a fault itself, or for nothing to be made, meets no other', () => {
  const dice = new Dice(readDice('500=100'), 1)
  const [asked, poll, plain] = [call({ 'x-fault': '429' }), call({}, 'GET'), call()]
  for (const one of [asked, poll, plain]) dice.throwFor(one)
  assert.deepEqual([asked, poll, plain].map(({ headers }) => headers['x-fault']), ['429', undefined, '500'])
})

test('faults that do not exist, shares that are none and more than a hundred percent are refused', () => {
  for (const text of ['', 'tired=5', '429', '429=', '429=-1', '429=x', '429@0=5', '429=60,500=50', '429=5;500=5']) {
    assert.throws(() => readDice(text), RangeError, text)
  }
})
