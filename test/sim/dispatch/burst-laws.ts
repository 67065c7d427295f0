import assert from 'node:assert/strict'
import { isTaken } from './gate.ts'
import { type Generation, isOpen, type Letter, type Picture, storedOf } from './picture.ts'
import type { Told } from './state.ts'

/**
 * What must be so after several things happened at once, whichever came first. Everything that is not told here is for the turns of the callers to decide.
 */
export function assertExplained(before: Picture, after: Picture, told: readonly Told[], price: number): void {
  assertAccepted(before, after, told)
  for (const [id, was] of Object.entries(before.generations)) {
    const is = after.generations[id]!
    const acts = actsOn(id, before, after, told)
    assertMoved(was, is, acts, id)
    assertCauses(was, is, acts, id)
  }
  for (const [id, generation] of Object.entries(after.generations)) assertMoney(generation, price, id)
  assertBalances(before, after)
  assertLetters(before, after, told)
  assertCapacity(after, told)
}

interface Acts {
  readonly claims: number
  readonly made: number
  readonly cancels: number
  readonly handBacks: number
  /** Times it was opened again. */
  readonly reopened: number
  readonly swept: boolean
  readonly failed: number
}

function actsOn(id: string, before: Picture, after: Picture, told: readonly Told[]): Acts {
  const count = (which: (one: Told) => boolean) => told.filter(which).length
  const letters = Object.entries(after.letters).filter(([, { about }]) => about === id)
  return {
    claims: count(({ call, told }) => call.do === 'claim' && told.startsWith(`took ${id} `)),
    made: count(({ call, told }) => call.do === 'output' && call.generation === id && told === 'true'),
    cancels: count(({ call, told }) => call.do === 'cancel' && call.generation === id && told === 'true'),
    handBacks: count(({ call, told }) => call.do === 'handBack' && call.generation === id && told === 'true'),
    reopened: letters.filter(([key, { state }]) => state === 'retried' && before.letters[key]?.state !== 'retried').length,
    swept: told.some(({ call }) => call.do === 'sweepLeases'),
    failed: letters.filter(([key]) => before.letters[key] === undefined).length,
  }
}

function assertMoved(was: Generation, is: Generation, { claims, made, cancels, handBacks, reopened, swept, failed }: Acts, id: string): void {
  assert.deepEqual([is.account, is.priority, is.asked], [was.account, was.priority, was.asked], `${id} is what it was asked for`)
  assert(is.token >= was.token, `the token of ${id} went from ${was.token} to ${is.token}`)
  // Every change of state is one token and one event, and every output one event.
  assert.equal(is.events - was.events, is.token - was.token + made, `the history of ${id} tells all of it`)
  assert.equal(is.attempts - was.attempts, claims, `${id} was taken as often as somebody was told so`)
  assert(is.status !== was.status || is.token === was.token || is.token - was.token >= 2, `${id} changed and changed back`)
  if (!isOpen(was)) assert(was.status === 'failed' || reopened === 0, `${id} was ${was.status} and opened again`)
  if (!isOpen(was) && reopened === 0) assert.deepEqual(unanswered(is), unanswered(was), `${id} had ended and changed`)
  for (const [index, output] of Object.entries(was.outputs)) {
    if (reopened === 0 || output.state === 'stored') assert.deepEqual(is.outputs[index], output, `output ${index} of ${id} was decided`)
  }
  // Each of these is one token; nothing else is but the ends of it.
  const least = claims + handBacks + reopened + cancels + failed
  const most = least + (isOpen(is) ? 0 : 1) + (swept ? 1 : 0)
  const moved = is.token - was.token
  assert(moved >= least && moved <= most, `${id} moved ${moved} times, which ${least} to ${most} explain`)
}

/** Late answers to calls may still come, and are worth keeping. */
function unanswered({ calls: _, ...rest }: Generation): object {
  return rest
}

function assertCauses(was: Generation, is: Generation, { cancels, reopened, swept, failed }: Acts, id: string): void {
  assert(cancels <= 1 + reopened, `${id} was cancelled ${cancels} times`)
  if (isOpen(was) && reopened === 0) assert.equal(cancels, Number(is.status === 'cancelled'), `who cancelled ${id} was told so`)
  if (isOpen(was) && reopened === 0) assert.equal(failed, Number(is.status === 'failed'), `one letter if ${id} failed`)
  if (is.error === 'generation.deadline' && isOpen(was)) assert(was.late, `${id} was in time`)
  if (is.error === 'generation.crashed' && isOpen(was)) assert(was.lapsed && was.crashes >= 2, `${id} had not killed enough`)
  const crashed = is.crashes - was.crashes
  if (reopened === 0) assert(crashed === 0 || (crashed === 1 && swept && was.lapsed && was.owner !== null), `${id} crashed ${crashed} times`)
  assert(is.waived === was.waived || reopened > 0, `${id} costs something else`)
}

function assertMoney(generation: Generation, price: number, id: string): void {
  const { waived, wanted, held, captured, released } = generation
  assert.equal(held, waived ? 0 : wanted * price, `what ${id} holds`)
  if (isOpen(generation)) return assert.deepEqual([captured, released], [0, 0], `${id} is open`)
  assert.equal(captured, waived ? 0 : storedOf(generation) * price, `what is stored of ${id} is paid`)
  assert.equal(released, held - captured, `the rest of ${id} went back`)
  assert(Object.values(generation.calls).every(({ state }) => state !== 'intent'), `${id} has ended and waits for a call`)
}

function assertBalances(before: Picture, after: Picture): void {
  const all = Object.values(after.generations)
  for (const [id, { available, held, captured }] of Object.entries(after.accounts)) {
    const was = before.accounts[id]!
    const mine = all.filter(({ account }) => account === id)
    assert.equal(available + held + captured, was.available + was.held + was.captured, `no credits of ${id} came or went`)
    assert.equal(held, sum(mine.filter(isOpen), (each) => each.held), `what ${id} has held is held by what is open`)
    assert.equal(captured, sum(mine, (each) => each.captured), `what ${id} paid is what was made`)
  }
}

function sum(generations: readonly Generation[], of: (generation: Generation) => number): number {
  return generations.reduce((total, each) => total + of(each), 0)
}

/** Of those with one key one is accepted, and only what was accepted is new. */
function assertAccepted(before: Picture, after: Picture, told: readonly Told[]): void {
  const fresh = Object.keys(after.generations).filter((id) => before.generations[id] === undefined)
  const accepted = told.filter(({ told }) => told.startsWith('accepted')).map(({ told }) => told.split(' ')[1]!)
  assert.deepEqual(fresh.toSorted(), accepted.toSorted(), 'what is new was accepted')
  for (const { call, told: answer } of told) {
    if (call.do !== 'submit' || call.key === null || answer === 'insufficient' || answer === 'mismatch') continue
    assert.equal(after.keys[`${call.account} ${call.key}`], answer.split(' ')[1], 'one key is one generation')
  }
  for (const [key, id] of Object.entries(before.keys)) assert.equal(after.keys[key], id, 'a key stays with its generation')
}

function assertLetters(before: Picture, after: Picture, told: readonly Told[]): void {
  for (const [key, was] of Object.entries(before.letters)) {
    const is = after.letters[key]!
    const answers = told.filter(({ call }) => (call.do === 'retry' || call.do === 'discard') && call.letter === key).map(({ told }) => told)
    const wins = answers.filter((answer) => answer === 'reopened' || answer === 'discarded')
    assert(wins.length <= (was.state === 'open' ? 1 : 0), `${key} was resolved ${wins.length} times`)
    if (was.state !== 'open') assert.deepEqual(unbatched(is), unbatched(was), `${key} was resolved and changed`)
    if (wins.length === 1) assert.equal(is.state, wins[0] === 'reopened' ? 'retried' : 'discarded')
    if (is.state === 'discarded' && was.state === 'open') assert.equal(wins.length, 1, `nobody discarded ${key}`)
  }
  const open = Object.values(after.letters).filter(({ state }) => state === 'open').map(({ about }) => about)
  assert.equal(new Set(open).size, open.length, 'one letter is open of each')
  for (const [id, { status }] of Object.entries(after.generations)) assert(status === 'failed' || !open.includes(id), `${id} has not failed`)
  assertBatches(after)
}

function unbatched({ batch: _, refusal: __, ...rest }: Letter): object {
  return rest
}

function assertBatches(after: Picture): void {
  for (const [id, { state, total, retried, unpayable, skipped }] of Object.entries(after.batches)) {
    const own = Object.values(after.letters).filter(({ batch }) => batch === id)
    assert.equal(own.filter((letter) => letter.state === 'retried').length >= retried, true, `batch ${id} counts what it retried`)
    if (state === 'done') assert.equal(retried + unpayable + skipped, total, `batch ${id} has dealt with all`)
    if (state !== 'running') assert(own.every((letter) => letter.state !== 'open'), `batch ${id} has ended and holds on to letters`)
  }
}

function assertCapacity({ provider }: Picture, told: readonly Told[]): void {
  const taken = provider.slots.filter(isTaken)
  const attempts = taken.map(({ attempt }) => attempt)
  assert.equal(new Set(attempts).size, attempts.length, 'a call has one slot')
  if (told.some(({ call }) => call.do === 'limit')) return
  assert(provider.limit === null || taken.filter(({ enabled }) => enabled).length <= provider.limit, 'no more calls than the limit')
}
