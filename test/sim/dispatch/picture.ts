/**
 * All work of a run as plain data: what the database says, and what the model says it should.
 *
 * Times are only told as what has passed: nobody waits in a simulation, so everything else lies far ahead.
 */
export interface Call {
  readonly index: number
  readonly number: number
  readonly token: number
  state: 'intent' | 'succeeded' | 'failed' | 'unknown'
}

export interface Output {
  readonly state: 'stored' | 'failed'
  readonly token: number
}

export interface Generation {
  readonly account: string
  readonly priority: 0 | 1
  /** What was asked for at first; `wanted` is less when an operator changed it. */
  readonly asked: number
  wanted: number
  status: 'queued' | 'running' | 'succeeded' | 'failed' | 'cancelled'
  token: number
  /** The worker that has it; null for one that nobody has. */
  owner: string | null
  /** Its lease has. */
  lapsed: boolean
  /** Its deadline has passed. */
  late: boolean
  attempts: number
  crashes: number
  waived: boolean
  held: number
  captured: number
  released: number
  error: string | null
  events: number
  outputs: Record<string, Output>
  calls: Record<string, Call>
}

export interface Slot {
  readonly slot: number
  enabled: boolean
  attempt: string | null
  generation: string | null
  token: number | null
  lapsed: boolean
}

export interface Provider {
  limit: number | null
  pause: 'timed' | 'operator' | null
  refusals: number
  faults: number
  faultOf: string | null
  /** `trying` once it has been open for long enough. */
  breaker: 'closed' | 'open' | 'trying'
  openings: number
  probe: string | null
  probeLapsed: boolean
  lanePaused: boolean
  slots: Slot[]
}

export interface Letter {
  /** The generation, or what the message said. */
  readonly about: string
  readonly message: boolean
  readonly code: string
  readonly credits: number
  readonly released: boolean
  state: 'open' | 'retried' | 'discarded'
  batch: string | null
  refusal: string | null
}

export interface Batch {
  readonly waived: boolean
  readonly total: number
  state: 'running' | 'done' | 'stopped'
  retried: number
  unpayable: number
  skipped: number
  credits: number
}

export interface Account {
  available: number
  held: number
  captured: number
}

export interface Picture {
  accounts: Record<string, Account>
  generations: Record<string, Generation>
  /** Generations by account and key. */
  keys: Record<string, string>
  provider: Provider
  /** By what they are about and which of its letters they are. */
  letters: Record<string, Letter>
  batches: Record<string, Batch>
  /** Generations with a message in the outbox, once for each, in order. */
  outbox: string[]
  /** The same for tickets in the queue. */
  tickets: string[]
}

export function isOpen({ status }: Generation): boolean {
  return status === 'queued' || status === 'running'
}

export function storedOf({ outputs }: Generation): number {
  return Object.values(outputs).filter(({ state }) => state === 'stored').length
}

export function letterKey(about: string, letters: Readonly<Record<string, Letter>>): string {
  return `${about} ${Object.values(letters).filter((letter) => letter.about === about).length}`
}
