import type { CallOf } from './calls.ts'
import { letterKey, type Picture } from './picture.ts'

export type OperatorCall = CallOf<'retry' | 'discard' | 'startBatch' | 'workBatch' | 'stopBatch' | 'stray'>

/** What operators do with what failed for good. */
export function applyOperator(world: Picture, price: number, call: OperatorCall, told: string): string {
  switch (call.do) {
    case 'retry': return retry(world, price, call)
    case 'discard': return discard(world, call.letter)
    case 'startBatch': return startBatch(world, call.waived, told)
    case 'workBatch': return workBatch(world, price, call)
    case 'stopBatch': return stopBatch(world, call.batch)
    case 'stray': return stray(world, call.message)
  }
}

function retry(world: Picture, price: number, { letter: key, waived, fewer }: CallOf<'retry'>): string {
  const letter = world.letters[key]!
  if (letter.state !== 'open') return 'resolved'
  if (letter.message) return 'unretriable'
  const wanted = fewer ? 1 : world.generations[letter.about]!.wanted
  if (!reopen(world, price, letter.about, { waived, wanted })) return 'unpayable'
  Object.assign(letter, { state: 'retried', refusal: null })
  return 'reopened'
}

/** It is as new, under the same name: with a hold of its own, or with none at no cost. What it had failed at is forgotten. */
function reopen(world: Picture, price: number, id: string, { waived, wanted }: { waived: boolean; wanted: number }): boolean {
  const generation = world.generations[id]!
  const balance = world.accounts[generation.account]!
  const held = waived ? 0 : wanted * price
  if (balance.available < held) return false
  balance.available -= held
  balance.held += held
  Object.assign(generation, {
    status: 'queued', token: generation.token + 1, events: generation.events + 1, crashes: 0, waived, wanted, held, captured: 0, released: 0, error: null,
    outputs: Object.fromEntries(Object.entries(generation.outputs).filter(([, { state }]) => state === 'stored')),
  })
  world.outbox = [...world.outbox, id].sort()
  return true
}

function discard(world: Picture, key: string): string {
  const letter = world.letters[key]!
  if (letter.state !== 'open') return 'resolved'
  Object.assign(letter, { state: 'discarded', refusal: null })
  return 'discarded'
}

function startBatch(world: Picture, waived: boolean, told: string): string {
  const letters = Object.values(world.letters).filter(({ state, message, batch }) => state === 'open' && !message && batch === null)
  if (letters.length === 0) return 'none'
  const id = told.split(' ')[1] ?? ''
  for (const letter of letters) Object.assign(letter, { batch: id, refusal: null })
  world.batches[id] = { waived, total: letters.length, state: 'running', retried: 0, unpayable: 0, skipped: 0, credits: 0 }
  return `batch ${id}`
}

function workBatch(world: Picture, price: number, { batch: id, order }: CallOf<'workBatch'>): string {
  const batch = world.batches[id]!
  if (batch.state !== 'running') return 'done'
  for (const key of order) {
    const letter = world.letters[key]!
    if (letter.batch !== id || letter.state !== 'open') continue
    const { wanted } = world.generations[letter.about]!
    if (reopen(world, price, letter.about, { waived: batch.waived, wanted })) {
      Object.assign(letter, { state: 'retried', refusal: null })
      batch.retried += 1
      batch.credits += batch.waived ? 0 : wanted * price
    } else {
      Object.assign(letter, { batch: null, refusal: 'dead_letter.unpayable' })
      batch.unpayable += 1
    }
  }
  Object.assign(batch, { state: 'done', skipped: batch.total - batch.retried - batch.unpayable })
  return 'done'
}

function stopBatch(world: Picture, id: string): string {
  const batch = world.batches[id]!
  if (batch.state !== 'running') return batch.state
  const left = Object.values(world.letters).filter((letter) => letter.batch === id && letter.state === 'open')
  for (const letter of left) letter.batch = null
  Object.assign(batch, { state: 'stopped', skipped: batch.total - batch.retried - batch.unpayable - left.length })
  return 'stopped'
}

/** Delivered again while nobody has looked at it, it is the same letter. */
function stray(world: Picture, message: string): string {
  const letters = Object.values(world.letters).filter(({ about, state }) => about === message && state === 'open')
  if (letters.length > 0) return 'done'
  world.letters[letterKey(message, world.letters)] = {
    about: message, message: true, code: 'queue.message_unreadable', credits: 0, released: false, state: 'open', batch: null, refusal: null,
  }
  return 'done'
}
