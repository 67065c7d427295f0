import { type Command, optional, type Outcome, UsageError, type Values } from './command.ts'
import { type BatchData, causeOptions, type Filter, type GroupData, type LetterData, readId, readStateFilter, stateOption, toQuery } from './dlq-filter.ts'
import type { OperatorApi } from './operator-api.ts'

const LINES = 50
const LINES_MAX = 100_000
const PAGE_MAX = 100

export const dlqList: Command = {
  name: 'dlq list',
  summary: 'Shows what failed for good, the newest first. What people wrote is covered.',
  examples: [
    ['', 'the newest 50 that nobody has dealt with'],
    ['--code provider.failed --since 2027-01-31T00:00:00Z --json', 'of one cause since a moment, for a program'],
  ],
  options: { ...causeOptions, ...stateOption, limit: { type: 'string', value: 'lines', help: `at most this many; ${LINES} unless told` } },
  prepare: (values) => {
    const filter = readStateFilter(values)
    const limit = readLimit(values)
    return { api: (api) => list(api, filter, limit) }
  },
}

export const dlqGroups: Command = {
  name: 'dlq groups',
  summary: 'Shows what failed for good by cause, the largest group first, with the credits that another try of all of it holds.',
  examples: [
    ['', 'what is wrong, and how much of it?'],
    ['--model seedream4 --json', 'of one model, for a program'],
  ],
  options: { ...causeOptions, ...stateOption },
  prepare: (values) => {
    const filter = readStateFilter(values)
    return {
      api: async (api) => {
        const { items } = await api<{ items: GroupData[] }>({ method: 'GET', path: `/api/admin/dlq/groups${toQuery(filter)}` })
        return { text: items.length === 0 ? 'nothing failed for good\n' : items.map(groupLine).join(''), data: { items }, exitCode: 0 }
      },
    }
  },
}

export const dlqBatches: Command = {
  name: 'dlq batches',
  summary: 'Shows how far tries of many letters are, the newest first.',
  examples: [
    ['', 'how far are they?'],
    ['--id 0199c0de-8f3a-7000-8000-5d0c2b1a9e44 --json', 'one of them, for a program'],
  ],
  options: { id: { type: 'string', value: 'id', help: 'only this one' } },
  prepare: (values) => {
    const id = values['id'] === undefined ? null : readId(values)
    return { api: (api) => batches(api, id) }
  },
}

function readLimit(values: Values): number {
  const text = optional(values, 'limit')
  const limit = text === null ? LINES : /^\d{1,6}$/.test(text) ? Number(text) : 0
  if (limit < 1 || limit > LINES_MAX) throw new UsageError(`--limit is a whole number from 1 to ${LINES_MAX}: ${text}`)
  return limit
}

async function list(api: OperatorApi, filter: Filter, limit: number): Promise<Outcome> {
  const items: LetterData[] = []
  for (let cursor: string | null = null; items.length < limit; ) {
    const query = toQuery({ ...filter, limit: Math.min(PAGE_MAX, limit - items.length), ...(cursor === null ? {} : { cursor }) })
    const page: { items: LetterData[]; nextCursor: string | null } = await api({ method: 'GET', path: `/api/admin/dlq/messages${query}` })
    items.push(...page.items)
    cursor = page.nextCursor
    if (cursor === null) break
  }
  return { text: items.length === 0 ? 'nothing failed for good\n' : items.map(letterLine).join(''), data: { items }, exitCode: 0 }
}

async function batches(api: OperatorApi, id: string | null): Promise<Outcome> {
  if (id !== null) {
    const batch = await api<BatchData>({ method: 'GET', path: `/api/admin/dlq/batches/${id}` })
    return { text: batchLine(batch), data: batch, exitCode: 0 }
  }
  const { items } = await api<{ items: BatchData[] }>({ method: 'GET', path: '/api/admin/dlq/batches' })
  return { text: items.length === 0 ? 'there was none\n' : items.map(batchLine).join(''), data: { items }, exitCode: 0 }
}

function letterLine({ id, failedAt, code, queue, model, credits, attempts, state }: LetterData): string {
  const time = failedAt.slice(0, 19).replace('T', ' ')
  const note = state === 'open' ? '' : `  ${state}`
  return `${id}  ${time}  ${code.padEnd(26)} ${(model ?? queue).padEnd(12)} ${String(credits.amount).padStart(6)} credits  ${attempts} attempts${note}\n`
}

function groupLine({ code, queue, model, count, credits, accounts, lastAt }: GroupData): string {
  return `${String(count).padStart(7)}  ${code.padEnd(26)} ${(model ?? queue).padEnd(12)} ${String(credits).padStart(8)} credits  ${accounts} accounts  last ${lastAt.slice(0, 19).replace('T', ' ')}\n`
}

export function batchLine({ id, state, total, retried, unpayable, skipped, credits, startedBy }: BatchData): string {
  const rest = [...(unpayable > 0 ? [`${unpayable} cannot pay`] : []), ...(skipped > 0 ? [`${skipped} skipped`] : [])]
  return `${id}  ${state.padEnd(8)}  ${retried} of ${total} tried again, ${credits} credits held${rest.map((text) => `, ${text}`).join('')}  (${startedBy})\n`
}
