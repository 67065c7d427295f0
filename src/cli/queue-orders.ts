import type { Order } from '#domains/admin'
import { type Command, optional, type Option, type Outcome, required, UsageError, type Values } from './command.ts'
import { type Operations, operating } from './operations.ts'

const CONCURRENCY_MAX = 1_000
const REASON_LENGTH_MAX = 500

const queueOptions = {
  queue: { type: 'string', value: 'name', help: 'which: image, video, index, webhook, mail or maintenance' },
  reason: { type: 'string', value: 'text', help: 'why; kept in the audit log' },
} as const satisfies Record<string, Option>

export const queuePause: Command = {
  name: 'queue pause',
  summary: 'Lets no worker take anything more from a queue. What runs goes on, and what is asked for waits.',
  examples: [['--queue image --reason "the provider is being moved"', 'stop taking']],
  options: queueOptions,
  prepare: (values) => ordering({ action: 'queue.pause', queue: required(values, 'queue') }, values, 'is paused; what runs goes on'),
}

export const queueResume: Command = {
  name: 'queue resume',
  summary: 'Lets workers take from a queue again.',
  examples: [['--queue image', 'go on']],
  options: queueOptions,
  prepare: (values) => ordering({ action: 'queue.resume', queue: required(values, 'queue') }, values, 'is open'),
}

export const queueConcurrency: Command = {
  name: 'queue concurrency',
  summary: 'Changes how many generations of a queue each worker process works on at once.',
  examples: [
    ['--queue image --max 8', 'eight each, whatever their settings say'],
    ['--queue image --max settings', 'as the settings of each say'],
  ],
  options: { ...queueOptions, max: { type: 'string', value: 'number', help: `1 to ${CONCURRENCY_MAX}, or the word settings` } },
  prepare: (values) => {
    const concurrencyMax = readMax(required(values, 'max'))
    const said = concurrencyMax === null ? 'has as many places as the settings of each worker say' : `has ${concurrencyMax} places in each worker`
    return ordering({ action: 'queue.concurrency', queue: required(values, 'queue'), concurrencyMax }, values, said)
  },
}

function readMax(text: string): number | null {
  if (text === 'settings') return null
  const max = /^\d{1,4}$/.test(text) ? Number(text) : 0
  if (max < 1 || max > CONCURRENCY_MAX) throw new UsageError(`--max is a whole number from 1 to ${CONCURRENCY_MAX}, or settings: ${text}`)
  return max
}

export function readReason(values: Values): string {
  const reason = optional(values, 'reason') ?? 'no reason given'
  if (reason.length > REASON_LENGTH_MAX) throw new UsageError(`--reason is longer than ${REASON_LENGTH_MAX} characters.`)
  return reason
}

function ordering(order: Extract<Order, { queue: string }>, values: Values, said: string): ReturnType<Command['prepare']> {
  const reason = readReason(values)
  return operating((operations) => give(operations, order, { reason, text: `${order.queue} ${said}\n` }))
}

export async function give(operations: Operations, order: Order, { reason, text }: { reason: string; text: string }): Promise<Outcome> {
  await operations.give(order, reason)
  return { text, data: { ...order, reason }, exitCode: 0 }
}
