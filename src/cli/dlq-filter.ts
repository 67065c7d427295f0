/** How the commands about dead letters are told which, and what they are answered. */
import { isId } from '#lib/ids'
import { type Option, optional, required, UsageError, type Values } from './command.ts'

export const causeOptions = {
  code: { type: 'string', value: 'code', help: 'only this cause, as `cooly dlq groups` shows it' },
  model: { type: 'string', value: 'model', help: 'only this model' },
  provider: { type: 'string', value: 'name', help: 'only this provider' },
  queue: { type: 'string', value: 'name', help: 'only this queue' },
  since: { type: 'string', value: 'time', help: 'only what failed then or later, like 2027-01-31T00:00:00Z' },
} as const satisfies Record<string, Option>

export const stateOption = { state: { type: 'string', value: 'state', help: 'open, retried or discarded; open unless told' } } as const satisfies Record<string, Option>

export const reasonOption = { reason: { type: 'string', value: 'text', help: 'why; kept in the audit log' } } as const satisfies Record<string, Option>

const REASON_LENGTH_MAX = 500
const STATES = ['open', 'retried', 'discarded']

export type Filter = Readonly<Record<string, string>>

export function readFilter(values: Values): Filter {
  const given = Object.keys(causeOptions).map((name) => [name, optional(values, name)] as const)
  const filter = Object.fromEntries(given.filter((entry): entry is [string, string] => entry[1] !== null))
  if (filter['since'] !== undefined && !/^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/.test(filter['since'])) {
    throw new UsageError(`--since is a time with its zone, like 2027-01-31T00:00:00Z: ${filter['since']}`)
  }
  return filter
}

export function readStateFilter(values: Values): Filter {
  const state = optional(values, 'state')
  if (state !== null && !STATES.includes(state)) throw new UsageError(`--state is one of ${STATES.join(', ')}: ${state}`)
  return { ...readFilter(values), ...(state === null ? {} : { state }) }
}

export function readId(values: Values): string {
  const id = required(values, 'id')
  if (!isId(id)) throw new UsageError(`--id is not an id: ${id}`)
  return id
}

export function checkReason(reason: string): string {
  if (reason.length > REASON_LENGTH_MAX) throw new UsageError(`--reason is longer than ${REASON_LENGTH_MAX} characters.`)
  return reason
}

export function toQuery(filter: Readonly<Record<string, string | number>>): string {
  const text = new URLSearchParams(Object.entries(filter).map(([name, value]) => [name, String(value)] as [string, string])).toString()
  return text === '' ? '' : `?${text}`
}

export interface LetterData {
  readonly id: string
  readonly generationId: string | null
  readonly queue: string
  readonly model: string | null
  readonly attempts: number
  readonly code: string
  readonly reason: string
  readonly credits: { readonly state: string; readonly amount: number }
  readonly state: string
  readonly failedAt: string
}

export interface GroupData {
  readonly code: string
  readonly queue: string
  readonly provider: string | null
  readonly model: string | null
  readonly count: number
  readonly credits: number
  readonly accounts: number
  readonly lastAt: string
}

export interface BatchData {
  readonly id: string
  readonly state: string
  readonly total: number
  readonly retried: number
  readonly unpayable: number
  readonly skipped: number
  readonly credits: number
  readonly startedBy: string
  readonly createdAt: string
}

export function times(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}
