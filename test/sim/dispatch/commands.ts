import assert from 'node:assert/strict'
import type fc from 'fast-check'
import { assertExplained } from './burst-laws.ts'
import type { Call } from './calls.ts'
import { drain } from './drain.ts'
import { isTaken } from './gate.ts'
import { apply } from './model.ts'
import { State, type Told } from './state.ts'
import { decide, type Wish } from './wishes.ts'
import type { World } from './world.ts'

/** One step of a run: a wish, or several at once, after something has passed that they are about. */
export type Step = Wish | { readonly do: 'burst'; readonly first: Wish | null; readonly wishes: readonly Wish[] }

export interface Run {
  readonly state: State
  readonly taken: Step[]
}

/** A step as fast-check wants it. */
export class StepCommand implements fc.AsyncCommand<Run, World> {
  readonly step: Step

  constructor(step: Step) {
    this.step = step
  }

  check(): boolean {
    return true
  }

  async run({ state, taken }: Run, world: World): Promise<void> {
    taken.push(this.step)
    if (this.step.do === 'burst') await runBurst(state, world, this.step)
    else await runWish(state, world, this.step)
  }

  toString(): string {
    return JSON.stringify(this.step)
  }
}

/** Plays the steps from the beginning and works off what they leave, so that all of it has ended. */
export async function play(world: World, commands: Iterable<fc.AsyncCommand<Run, World>>, taken: Step[]): Promise<void> {
  const state = new State(await world.read(), world)
  for (const command of commands) await command.run({ state, taken }, world)
  await drain(state, world, (call) => runCall(state, world, call))
}

async function runWish(state: State, world: World, wish: Wish): Promise<void> {
  for (const call of decide(wish, state)) await runCall(state, world, call)
}

async function runCall(state: State, world: World, call: Call): Promise<void> {
  const told = await world.perform(call)
  const expected = apply(state.picture, world.office.price, call, told)
  assert.equal(told, expected, `the caller is told what the model says: ${JSON.stringify(call)}`)
  const after = await world.read()
  assert.deepEqual(after, state.picture, `everything is as in the model after ${JSON.stringify(call)}`)
  adopt(state, world, after, [{ call, told }])
}

/** All at once. Afterwards everything must be explained by something that was done, and the model goes on from there. */
async function runBurst(state: State, world: World, { first, wishes }: Extract<Step, { do: 'burst' }>): Promise<void> {
  if (first !== null) await runWish(state, world, first)
  const calls = wishes.flatMap((wish) => decide(wish, state).slice(0, 1))
  const outcomes = await Promise.all(calls.map((call) => world.perform(call)))
  const told = calls.map((call, index) => ({ call, told: outcomes[index]! }))
  const after = await world.read()
  try {
    assertExplained(state.picture, after, told, world.office.price)
  } catch (error) {
    throw new Error(`${(error as Error).message}\nafter ${told.map((each) => JSON.stringify(each)).join('\n  and ')}`, { cause: error })
  }
  adopt(state, world, after, told)
}

function adopt(state: State, world: World, after: State['picture'], told: readonly Told[]): void {
  state.picture = after
  state.letterOrder = [...world.letterIds.keys()]
  for (const each of told) state.learn(each)
  const { limit, slots } = after.provider
  assert(limit === null || slots.filter((slot) => slot.enabled && isTaken(slot)).length <= limit, 'no more calls than the limit')
}
