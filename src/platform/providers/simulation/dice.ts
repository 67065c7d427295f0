import type { IncomingMessage } from 'node:http'
import { randomFrom, seedFrom } from '../pictures/index.ts'
import { isFault } from './directives.ts'

/** A fault, as the header `x-fault` names it, and in how many of a hundred calls it strikes. */
export interface Chance {
  readonly fault: string
  readonly percent: number
}

const CHANCE = /^([a-z0-9-]+)(@[1-9]\d{0,5})?=(\d{1,3}(?:\.\d{1,3})?)$/

/** Reads `429=5,lost-reply=0.5,poll-500@1=3`. Refuses with a sentence what is none, or more than a hundred percent together. */
export function readDice(text: string): readonly Chance[] {
  const chances = text.split(',').map((part) => {
    const [, name = '', at = '', percent] = CHANCE.exec(part.trim()) ?? []
    if (!isFault(name)) throw new RangeError(`${part.trim()} is not a fault with its share, as in 429=5,lost-reply=0.5,poll-500@1=3`)
    return { fault: name + at, percent: Number(percent) }
  })
  if (chances.reduce((sum, { percent }) => sum + percent, 0) > 100) throw new RangeError('the faults have more than a hundred percent together')
  return chances
}

/**
 * Throws dice for every call that brings no fault of its own. The same seed and the same calls meet the same faults, in whatever order they come, as long as callers
 * say which call it is; of others the order counts.
 */
export class Dice {
  readonly #chances: readonly Chance[]
  readonly #seed: number
  #thrown = 0

  constructor(chances: readonly Chance[], seed: number) {
    this.#chances = chances
    this.#seed = seed
  }

  /** Gives the call a fault, or none. Only what asks for something to be made can meet one. */
  throwFor(request: IncomingMessage): void {
    if (request.method !== 'POST' || request.headers['x-fault'] !== undefined) return
    const { 'x-simulator-request': name, 'x-simulator-call': call } = request.headers
    const throwOf = name === undefined ? String((this.#thrown += 1)) : `${String(name)}#${String(call)}`
    let rest = randomFrom(seedFrom(`${this.#seed} ${throwOf}`)).between(0, 100)
    for (const { fault, percent } of this.#chances) {
      rest -= percent
      if (rest >= 0) continue
      request.headers['x-fault'] = fault
      return
    }
  }
}
