import type { Answer } from './calls.ts'
import type { Generation, Picture, Provider, Slot } from './picture.ts'

/** Faults in a row that open the breaker. */
const FAULTS_MAX = 10

export function isTaken({ attempt, lapsed }: Slot): boolean {
  return attempt !== null && !lapsed
}

/** The first slot that may be taken. */
function freeSlot({ slots }: Provider): Slot | undefined {
  return slots.find((slot) => slot.enabled && !isTaken(slot))
}

function isProbed({ probe, probeLapsed }: Provider): boolean {
  return probe !== null && !probeLapsed
}

/** Whether anything may be taken up for the provider. */
export function mayTake(provider: Provider): boolean {
  const { pause, breaker, limit, lanePaused } = provider
  if (lanePaused || pause !== null || breaker === 'open' || (breaker === 'trying' && isProbed(provider))) return false
  return limit === null || freeSlot(provider) !== undefined
}

/** A call asks to begin. */
export function enter({ provider }: Picture, call: { attempt: string; generation: string; token: number }): string {
  if (provider.pause !== null) return 'blocked paused'
  if (provider.breaker === 'open') return 'blocked open'
  const slot = provider.limit === null ? undefined : freeSlot(provider)
  if (provider.limit !== null && slot === undefined) return 'blocked full'
  if (provider.breaker === 'trying') {
    if (isProbed(provider)) return 'blocked open'
    Object.assign(provider, { probe: call.attempt, probeLapsed: false })
  }
  if (slot !== undefined) Object.assign(slot, { attempt: call.attempt, generation: call.generation, token: call.token, lapsed: false })
  return `granted ${slot?.slot ?? 'free'}`
}

export function free(slot: Slot): void {
  Object.assign(slot, { attempt: null, generation: null, token: null, lapsed: false })
}

/** A call ends: its slot is given back if it still has it, and the provider is thought of accordingly. */
export function leave({ provider }: Picture, call: { attempt: string; generation: string; slot: number | null; how: Answer }): void {
  for (const slot of provider.slots) if (slot.slot === call.slot && slot.attempt === call.attempt) free(slot)
  const probed = provider.probe === call.attempt
  if (call.how === 'result' || call.how === 'content') Object.assign(provider, { faults: 0, refusals: 0, openings: 0, breaker: 'closed' })
  if (call.how === 'refused') noteRefusal(provider)
  if (call.how === 'fault') noteFault(provider, call.generation, probed)
  if (probed) Object.assign(provider, { probe: null, probeLapsed: false })
}

function noteRefusal(provider: Provider): void {
  if (provider.pause === null) Object.assign(provider, { pause: 'timed', refusals: provider.refusals + 1 })
  Object.assign(provider, { faults: 0, openings: 0, breaker: 'closed' })
}

function noteFault(provider: Provider, generation: string, probed: boolean): void {
  // Those of one generation in a row count once.
  if (provider.faultOf !== generation || provider.faults === 0) provider.faults += 1
  provider.faultOf = generation
  if (probed) Object.assign(provider, { breaker: 'open', openings: provider.openings + 1 })
  else if (provider.breaker === 'closed' && provider.faults >= FAULTS_MAX) provider.breaker = 'open'
}

export function setLimit(provider: Provider, limit: number | null): void {
  provider.limit = limit
  if (limit === null) return
  for (const slot of provider.slots) slot.enabled = slot.slot <= limit
  for (let slot = provider.slots.length + 1; slot <= limit; slot += 1) {
    provider.slots.push({ slot, enabled: true, attempt: null, generation: null, token: null, lapsed: false })
  }
}

/** Who is next for somebody who has just served `cursor`: interactive first, then around the accounts, each in its own order. */
export function nextInLine({ generations, provider }: Picture, cursor: string): [string, Generation] | undefined {
  if (!mayTake(provider)) return undefined
  const waiting = Object.entries(generations).filter(([, { status }]) => status === 'queued')
  const turn = ([id, { priority, account }]: [string, Generation]) => `${priority} ${account > cursor ? 0 : 1} ${account} ${id}`
  return waiting.toSorted((a, b) => (turn(a) < turn(b) ? -1 : 1))[0]
}
