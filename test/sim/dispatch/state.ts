import type { Call } from './calls.ts'
import type { Picture } from './picture.ts'
import type { Hand, Scene } from './wishes.ts'
import type { World } from './world.ts'

const WORKERS = 3

export interface Told {
  readonly call: Call
  readonly told: string
}

/** What a run has come to: the model, and what the workers in it believe. */
export class State implements Scene {
  picture: Picture
  readonly hands: Hand[] = []
  readonly workers: { readonly owner: string; cursor: string }[]
  readonly prefix: string
  letterOrder: readonly string[] = []

  constructor(picture: Picture, world: World) {
    this.picture = picture
    this.prefix = world.provider
    const nobody = '00000000-0000-0000-0000-000000000000'
    this.workers = Array.from({ length: WORKERS }, (_, index) => ({ owner: `${nobody.slice(0, -1)}${index + 1}`, cursor: nobody }))
  }

  /** What workers learn from what they were told. */
  learn({ call, told }: Told): void {
    if (call.do === 'claim' && told.startsWith('took')) this.#give(call.owner, told)
    if (call.do !== 'call' || !told.startsWith('granted')) return
    const hand = this.hands.find(({ generation, token }) => generation === call.generation && token === call.token)!
    const slot = told.split(' ')[1]!
    hand.waiting.set(call.attempt, { index: call.index, slot: slot === 'free' ? null : Number(slot) })
  }

  #give(owner: string, told: string): void {
    const [, generation, token] = told.split(' ') as [string, string, string]
    const { account, wanted, outputs, calls } = this.picture.generations[generation]!
    const before = Object.entries(outputs).filter(([, output]) => output.token < Number(token))
    const lastNumber = Math.max(0, ...Object.values(calls).map(({ number }) => number))
    this.hands.push({
      owner, generation, token: Number(token), wanted, decided: new Set(before.map(([index]) => Number(index))), waiting: new Map(), answered: new Map(), lastNumber,
    })
    this.workers.find((worker) => worker.owner === owner)!.cursor = account
  }
}
