import type { Call, CallOf } from './calls.ts'
import { enter, free, leave, mayTake, nextInLine, setLimit } from './gate.ts'
import { type Generation, isOpen, letterKey, type Picture, storedOf } from './picture.ts'
import { applyOperator } from './model-operator.ts'

/** After so many workers that died over it, a generation is given up. */
const CRASHES_MAX = 3

/**
 * What a call does, told as one would tell a child, and what its caller is told. Ids that the product makes are taken from what it `told`.
 */
export function apply(world: Picture, price: number, call: Call, told: string): string {
  switch (call.do) {
    case 'submit': return submit(world, price, call, told)
    case 'claim': return claim(world, call)
    case 'call': return begin(world, call)
    case 'answer': return answer(world, call)
    case 'output': return decideOutput(world, call)
    case 'finish': return finish(world, price, call)
    case 'beat': return beat(world, call)
    case 'handBack': return handBack(world, call)
    case 'leave': return forget(world, call)
    case 'lapse': return lapse(world, call.generation)
    case 'late': return done(() => { world.generations[call.generation]!.late = true })
    case 'sweepLeases': return done(() => sweepLeases(world, price))
    case 'sweepDeadlines': return done(() => forEach(world, ({ late }) => late, (id) => end(world, price, id, 'generation.deadline')))
    case 'cancel': return cancel(world, price, call.generation)
    case 'limit': return done(() => setLimit(world.provider, call.max))
    case 'pause': return done(() => { world.provider.pause = 'operator' })
    case 'resume': return done(() => resume(world))
    case 'lane': return done(() => { world.provider.lanePaused = call.paused })
    case 'elapse': return done(() => elapse(world))
    case 'trouble': return done(() => Object.assign(world.provider, { faults: 9, faultOf: null }))
    case 'relay': return done(() => relay(world, call.breaks))
    case 'loseTickets': return done(() => { world.tickets = [] })
    case 'makeTickets': return done(() => makeTickets(world))
    case 'retry': case 'discard': case 'startBatch': case 'workBatch': case 'stopBatch': case 'stray': return applyOperator(world, price, call, told)
  }
}

function done(work: () => unknown): string {
  work()
  return 'done'
}

function submit(world: Picture, price: number, { account, wanted, priority, key }: CallOf<'submit'>, told: string): string {
  const name = key === null ? null : `${account} ${key}`
  const first = name === null ? undefined : world.keys[name]
  if (first !== undefined) {
    const { asked, priority: before } = world.generations[first]!
    return asked === wanted && before === priority ? `again ${first}` : 'mismatch'
  }
  const held = wanted * price
  const balance = world.accounts[account]!
  if (balance.available < held) return 'insufficient'
  balance.available -= held
  balance.held += held
  const id = told.split(' ')[1] ?? ''
  world.generations[id] = {
    account, priority, asked: wanted, wanted, status: 'queued', token: 0, owner: null, lapsed: false, late: false, attempts: 0, crashes: 0, waived: false, held,
    captured: 0, released: 0, error: null, events: 1, outputs: {}, calls: {},
  }
  if (name !== null) world.keys[name] = id
  tell(world, id)
  return `accepted ${id}`
}

function tell(world: Picture, id: string): void {
  world.outbox = [...world.outbox, id].sort()
}

function claim(world: Picture, { owner, cursor, ticket, used }: CallOf<'claim'>): string {
  if (used && ticket !== null) world.tickets.splice(world.tickets.indexOf(ticket), 1)
  const next = nextInLine(world, cursor)
  if (next === undefined) return 'nothing'
  const [id, generation] = next
  const { token, attempts } = generation
  move(generation, 'running')
  Object.assign(generation, { owner, attempts: attempts + 1 })
  // Whoever called before is dead, and nobody will hear the answer.
  for (const call of Object.values(generation.calls)) if (call.state === 'intent') call.state = 'unknown'
  return `took ${id} ${token + 1}`
}

function move(generation: Generation, status: Generation['status']): void {
  Object.assign(generation, { status, token: generation.token + 1, owner: null, lapsed: false, events: generation.events + 1 })
}

/** The generation, if whoever asks still has it. */
function fenced({ generations }: Picture, { generation: id, token }: { generation: string; token: number }): Generation | undefined {
  const generation = generations[id]!
  return generation.status === 'running' && generation.token === token ? generation : undefined
}

function begin(world: Picture, call: CallOf<'call'>): string {
  const generation = fenced(world, call)
  if (generation === undefined) return 'lost'
  const told = enter(world, call)
  if (told.startsWith('granted')) generation.calls[call.attempt] = { index: call.index, number: call.number, token: call.token, state: 'intent' }
  return told
}

function answer(world: Picture, call: CallOf<'answer'>): string {
  leave(world, call)
  const made = world.generations[call.generation]!.calls[call.attempt]!
  if (call.how !== 'result') made.state = call.how === 'cut' ? 'unknown' : 'failed'
  else if (made.state === 'intent' || made.state === 'unknown') made.state = 'succeeded'
  return 'done'
}

function decideOutput(world: Picture, call: CallOf<'output'>): string {
  const generation = fenced(world, call)
  if (generation !== undefined && call.how === 'spoiled' && call.attempt !== null) generation.calls[call.attempt]!.state = 'failed'
  if (generation === undefined || generation.outputs[call.index] !== undefined) return 'false'
  generation.outputs[call.index] = { state: call.how === 'stored' ? 'stored' : 'failed', token: call.token }
  generation.events += 1
  return 'true'
}

function finish(world: Picture, price: number, call: CallOf<'finish'>): string {
  if (fenced(world, call) !== undefined) end(world, price, call.generation, 'provider.failed')
  return 'done'
}

function beat(world: Picture, call: CallOf<'beat'>): string {
  const generation = fenced(world, call)
  if (generation === undefined) return 'false'
  generation.lapsed = false
  for (const slot of world.provider.slots) if (slot.generation === call.generation && slot.token === call.token) slot.lapsed = false
  return 'true'
}

function handBack(world: Picture, call: CallOf<'handBack'>): string {
  const generation = fenced(world, call)
  if (generation === undefined) return 'false'
  queueAgain(world, call.generation)
  return 'true'
}

function queueAgain(world: Picture, id: string): void {
  move(world.generations[id]!, 'queued')
  for (const slot of world.provider.slots) if (slot.generation === id) free(slot)
  tell(world, id)
}

function forget(world: Picture, call: CallOf<'leave'>): string {
  const generation = fenced(world, call)
  if (generation !== undefined) Object.assign(generation, { owner: null, lapsed: false })
  return 'done'
}

function lapse({ generations, provider }: Picture, id: string): string {
  generations[id]!.lapsed = true
  for (const slot of provider.slots) if (slot.generation === id) slot.lapsed = true
  return 'done'
}

function forEach({ generations }: Picture, which: (generation: Generation) => boolean, work: (id: string) => void): void {
  for (const [id, generation] of Object.entries(generations)) if (which(generation)) work(id)
}

/** Whoever was left alone on purpose killed nobody. */
function sweepLeases(world: Picture, price: number): void {
  forEach(world, ({ lapsed }) => lapsed, (id) => {
    const generation = world.generations[id]!
    if (generation.owner !== null) generation.crashes += 1
    if (generation.owner !== null && generation.crashes >= CRASHES_MAX) end(world, price, id, 'generation.crashed')
    else queueAgain(world, id)
  })
}

function cancel(world: Picture, price: number, id: string): string {
  if (!isOpen(world.generations[id]!)) return 'false'
  end(world, price, id, null)
  return 'true'
}

/** What is stored is paid for, whatever the cause, and the rest goes back. `error` is null when somebody wanted it to end. */
function end(world: Picture, price: number, id: string, error: string | null): void {
  const generation = world.generations[id]!
  const balance = world.accounts[generation.account]!
  const stored = storedOf(generation)
  const captured = generation.waived ? 0 : stored * price
  const failed = error !== null && stored === 0
  balance.held -= generation.held
  balance.captured += captured
  balance.available += generation.held - captured
  move(generation, error === null ? 'cancelled' : failed ? 'failed' : 'succeeded')
  Object.assign(generation, { late: false, captured, released: generation.held - captured, error: failed ? error : null })
  for (const call of Object.values(generation.calls)) if (call.state === 'intent') call.state = 'unknown'
  if (!failed) return
  world.letters[letterKey(id, world.letters)] = {
    about: id, message: false, code: error, credits: generation.wanted * price, released: !generation.waived, state: 'open', batch: null, refusal: null,
  }
}

function resume({ provider }: Picture): void {
  Object.assign(provider, { pause: null, refusals: 0, breaker: provider.breaker === 'closed' ? 'closed' : 'trying' })
}

function elapse({ provider }: Picture): void {
  if (provider.pause === 'timed') provider.pause = null
  if (provider.breaker === 'open') provider.breaker = 'trying'
  if (provider.probe !== null) provider.probeLapsed = true
}

/** When it does not hear that its messages have arrived, it sends them again later. */
function relay(world: Picture, breaks: 'before' | 'after' | null): void {
  if (breaks !== 'before') world.tickets = [...world.tickets, ...world.outbox].sort()
  if (breaks === null) world.outbox = []
}

function makeTickets(world: Picture): void {
  if (world.tickets.length > 0 || !mayTake(world.provider)) return
  forEach(world, ({ status }) => status === 'queued', (id) => tell(world, id))
}
