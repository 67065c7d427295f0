import assert from 'node:assert/strict'
import type fc from 'fast-check'
import { Books } from './books.ts'
import { apply } from './apply.ts'
import { type Call, decide, type Wish } from './calls.ts'
import { findSerialOrder, type Told } from './serial-order.ts'
import type { World } from './world.ts'

/** One step of a run: a wish, several at once, many callers for the same credits, or many ends of holds, some of them the same. */
export type Step =
  | Wish
  | { readonly do: 'burst'; readonly wishes: readonly Wish[] }
  | { readonly do: 'stampede'; readonly callers: number; readonly amount: number }
  | { readonly do: 'closing'; readonly ends: readonly { readonly pick: number; readonly quarters: number }[] }

/** What a run has come to. */
export interface State {
  books: Books
  readonly earlier: Call[]
  /** Steps that were taken, so that a case can be written down. */
  readonly taken: Step[]
}

export function newState(): State {
  return { books: new Books(), earlier: [], taken: [] }
}

/** A step as fast-check wants it. */
export class StepCommand implements fc.AsyncCommand<State, World> {
  readonly step: Step

  constructor(step: Step) {
    this.step = step
  }

  check(): boolean {
    return true
  }

  async run(state: State, world: World): Promise<void> {
    state.taken.push(this.step)
    const { step } = this
    if (step.do === 'burst') return runBurst(state, world, step.wishes)
    if (step.do === 'stampede') return runStampede(state, world, step)
    if (step.do === 'closing') return runClosing(state, world, step.ends)
    return runOne(state, world, step)
  }

  toString(): string {
    return JSON.stringify(this.step)
  }
}

async function runOne(state: State, world: World, wish: Wish): Promise<void> {
  const call = decide(wish, state.books, state.earlier)
  if (call === undefined) return
  const outcome = await world.perform(call)
  assert.equal(outcome, apply(state.books, call), 'the caller is told what the model says')
  state.earlier.push(call)
  assert.deepEqual((await world.read()).describe(), state.books.describe(), 'every lot and every hold is as in the model')
}

/**
 * All at once. Afterwards there must be an order, one after another, that tells and leaves the same.
 *
 * A sweep passes over lots that are locked at that moment, for the next sweep to take; so there is a next one.
 */
async function runBurst(state: State, world: World, wishes: readonly Wish[]): Promise<void> {
  const told = await performAll(state, world, wishes)
  const sweeps = told.filter(({ call }) => call.do === 'expire').slice(0, 1)
  for (const { call } of sweeps) await world.perform(call)
  const after = await world.read()
  const story = () => `no order explains ${print(told)} from ${print(state.books.describe())} to ${print(after.describe())}`
  assert(findSerialOrder(state.books, { told, last: sweeps }, after) !== undefined, story())
  state.books = after
}

/** Far more callers than credits: exactly as many are served as can be paid. */
async function runStampede(state: State, world: World, { callers, amount }: { callers: number; amount: number }): Promise<void> {
  const told = await performAll(state, world, Array.from({ length: callers }, (_, index) => ({ do: 'reserve', amount, coalesced: index % 4 > 0 })))
  const served = told.filter(({ outcome }) => outcome === 'held').length
  const payable = Number(state.books.available() / BigInt(amount))
  assert.equal(served, Math.min(callers, payable), 'exactly as many are served as can be paid')
  for (const { call, outcome } of told) if (outcome === 'held') apply(state.books, call)
  await adopt(state, world)
}

/** Many ends of holds. Of those for one hold one wins, and all others are told how it ended. */
async function runClosing(state: State, world: World, ends: readonly { pick: number; quarters: number }[]): Promise<void> {
  const told = await performAll(state, world, ends.map(({ pick, quarters }, index) => ({ do: 'settle', pick, quarters, coalesced: index % 8 > 0 })))
  const winnersFirst = told.toSorted((a, b) => Number(b.outcome.startsWith('ended')) - Number(a.outcome.startsWith('ended')))
  for (const { call, outcome } of winnersFirst) assert.equal(outcome, apply(state.books, call), `told by ${print(call)}`)
  await adopt(state, world)
}

async function performAll(state: State, world: World, wishes: readonly Wish[]): Promise<Told[]> {
  const calls = wishes.flatMap((wish) => decide(wish, state.books, state.earlier) ?? [])
  const outcomes = await Promise.all(calls.map((call) => world.perform(call)))
  state.earlier.push(...calls)
  return calls.map((call, index) => ({ call, outcome: outcomes[index]! }))
}

/** Goes on from what the database says, once it agrees on every total: which lot gave what to whom is for the callers' turns to decide. */
async function adopt(state: State, world: World): Promise<void> {
  const after = await world.read()
  assert.deepEqual(after.totals(), state.books.totals(), 'every total is as in the model')
  state.books = after
}

function print(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) => (typeof inner === 'bigint' ? Number(inner) : inner))
}
