import { type Command, optional, type Option, type Outcome, required, UsageError } from './command.ts'
import {
  type BatchData, causeOptions, checkReason, type Filter, type GroupData, type LetterData, readFilter, readId, readStateFilter, reasonOption, stateOption, times, toQuery,
} from './dlq-filter.ts'
import { batchLine } from './dlq-lists.ts'
import type { OperatorApi } from './operator-api.ts'

const ID = '0199c0de-8f3a-7000-8000-5d0c2b1a9e44'
const dryRun = { 'dry-run': { type: 'boolean', help: 'say what would happen, and change nothing' } } as const satisfies Record<string, Option>

interface RetryWish {
  readonly waive: boolean
  readonly dryRun: boolean
  readonly reason: string | null
}

export const dlqRetry: Command = {
  name: 'dlq retry',
  summary: 'Tries again: one letter, or all that match. The credits are held again at the price that was accepted, or nothing with --waive.',
  examples: [
    ['--all --code provider.failed --dry-run', 'what would it hold, and who could not pay?'],
    ['--all --code provider.failed --reason "the provider is back"', 'all of one cause, piece by piece'],
    [`--id ${ID} --waive`, 'one, at no cost to the account'],
  ],
  options: {
    id: { type: 'string', value: 'id', help: 'this letter' },
    all: { type: 'boolean', help: 'all open letters that match the following' },
    ...causeOptions,
    waive: { type: 'boolean', help: 'at no cost to the accounts' },
    ...reasonOption, ...dryRun,
  },
  prepare: (values) => {
    const reason = optional(values, 'reason')
    const wish: RetryWish = { waive: values['waive'] === true, dryRun: values['dry-run'] === true, reason: reason === null ? null : checkReason(reason) }
    const filter = readFilter(values)
    if ((values['all'] === true) === (values['id'] !== undefined)) throw new UsageError('Say which: either --id, or --all with what they have in common.')
    if (values['all'] === true) return { api: (api) => retryAll(api, filter, wish) }
    if (Object.keys(filter).length > 0) throw new UsageError(`--${Object.keys(filter)[0]} goes with --all.`)
    const id = readId(values)
    return { api: (api) => retryOne(api, id, wish) }
  },
}

export const dlqStop: Command = {
  name: 'dlq stop',
  summary: 'Stops trying many letters again. What is open again goes on; the rest stays as it is.',
  examples: [[`--id ${ID}`, 'as `cooly dlq batches` shows it']],
  options: { id: { type: 'string', value: 'id', help: 'the batch' }, ...reasonOption },
  prepare: (values) => {
    const id = readId(values)
    const body = bodyOf(optional(values, 'reason'))
    return {
      api: async (api) => {
        const batch = await api<BatchData>({ method: 'POST', path: `/api/admin/dlq/batches/${id}/stop`, body })
        return { text: batchLine(batch), data: batch, exitCode: 0 }
      },
    }
  },
}

export const dlqDiscard: Command = {
  name: 'dlq discard',
  summary: 'Closes a letter without another try. Its generation stays failed and costs nothing.',
  examples: [[`--id ${ID} --reason "asked for what the rules forbid"`, 'close it for good']],
  options: { id: { type: 'string', value: 'id', help: 'the letter' }, ...reasonOption, ...dryRun },
  prepare: (values) => {
    const id = readId(values)
    const reason = checkReason(required(values, 'reason'))
    const path = `/api/admin/dlq/messages/${id}`
    return {
      api: async (api) => {
        const letter = await api<LetterData>({ method: 'GET', path })
        const rehearsed = values['dry-run'] === true
        if (!rehearsed) await api({ method: 'DELETE', path, body: { reason } })
        return { text: `${rehearsed ? 'Would be' : 'Was'} discarded: ${letter.code}, ${letter.model ?? letter.queue}\n`, data: { id, reason, dryRun: rehearsed }, exitCode: 0 }
      },
    }
  },
}

export const dlqPurge: Command = {
  name: 'dlq purge',
  summary: 'Deletes all letters that match, for good. Their generations stay as they are.',
  examples: [
    ['--state discarded --dry-run', 'how many are there?'],
    ['--state discarded --confirm 12 --reason "older than the audit needs"', 'delete them, if they are still that many'],
  ],
  options: { ...causeOptions, ...stateOption, confirm: { type: 'string', value: 'number', help: 'how many there are' }, ...reasonOption, ...dryRun },
  prepare: (values) => {
    const filter = readStateFilter(values)
    if (values['dry-run'] === true) return { api: (api) => countFor(api, filter) }
    const confirm = required(values, 'confirm')
    if (!/^\d{1,9}$/.test(confirm)) throw new UsageError(`--confirm is how many there are, a whole number: ${confirm}`)
    const body = { filter, confirm: Number(confirm), ...bodyOf(optional(values, 'reason')) }
    return {
      api: async (api) => {
        const { count } = await api<{ count: number }>({ method: 'POST', path: '/api/admin/dlq/purge', body })
        return { text: `${times(count, 'letter')} deleted\n`, data: { count, dryRun: false }, exitCode: 0 }
      },
    }
  },
}

function bodyOf(reason: string | null): { reason?: string } {
  return reason === null ? {} : { reason: checkReason(reason) }
}

async function countFor(api: OperatorApi, filter: Filter): Promise<Outcome> {
  const { items } = await api<{ items: GroupData[] }>({ method: 'GET', path: `/api/admin/dlq/groups${toQuery(filter)}` })
  const count = items.reduce((sum, group) => sum + group.count, 0)
  return { text: `Would delete ${times(count, 'letter')}. Say so with --confirm ${count}.\n`, data: { count, dryRun: true }, exitCode: 0 }
}

async function retryOne(api: OperatorApi, id: string, { waive, dryRun: rehearsed, reason }: RetryWish): Promise<Outcome> {
  const path = `/api/admin/dlq/messages/${id}`
  if (rehearsed) {
    const letter = await api<LetterData>({ method: 'GET', path })
    const held = waive ? 0 : letter.credits.amount
    return { text: `Would hold ${times(held, 'credit')} and try again: ${letter.code}, ${letter.model ?? letter.queue} (${letter.state})\n`, data: { letter, held, dryRun: true }, exitCode: 0 }
  }
  const done = await api<{ letter: LetterData; held: number }>({ method: 'POST', path: `${path}/retry`, body: { waive, ...bodyOf(reason) } })
  return { text: `Tried again, ${times(done.held, 'credit')} held: generation ${done.letter.generationId}\n`, data: { ...done, dryRun: false }, exitCode: 0 }
}

interface RetryAllData {
  readonly count: number
  readonly credits: number
  readonly unpayable: { readonly count: number; readonly credits: number; readonly accounts: number }
  readonly unretriable: number
  readonly batch: BatchData | null
}

async function retryAll(api: OperatorApi, filter: Filter, { waive, dryRun: rehearsed, reason }: RetryWish): Promise<Outcome> {
  const data = await api<RetryAllData>({ method: 'POST', path: '/api/admin/dlq/retry', body: { filter, waive, dryRun: rehearsed, ...bodyOf(reason) } })
  return { text: describeAll(data, rehearsed), data: { ...data, dryRun: rehearsed }, exitCode: 0 }
}

function describeAll({ count, credits, unpayable, unretriable, batch }: RetryAllData, rehearsed: boolean): string {
  if (count === 0 && unpayable.count === 0 && unretriable === 0) return 'nothing to try again\n'
  const lines = [
    `${rehearsed ? 'Would try again' : 'Trying again'}: ${times(count, 'letter')}, ${times(credits, 'credit')} held`,
    ...(unpayable.count > 0 ? [`cannot pay: ${times(unpayable.count, 'letter')} of ${times(unpayable.accounts, 'account')}, ${times(unpayable.credits, 'credit')}`] : []),
    ...(unretriable > 0 ? [`point to no generation: ${times(unretriable, 'message')}`] : []),
    ...(batch === null ? [] : [`batch ${batch.id}; see: cooly dlq batches --id ${batch.id}`]),
  ]
  return `${lines.join('\n')}\n`
}
