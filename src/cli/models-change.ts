import { type Command, optional, type Option, type Outcome, required, UsageError, type Values } from './command.ts'
import { findModelData, modelOption, type ModelsData } from './models-list.ts'
import type { OperatorApi } from './operator-api.ts'

const reasonOption = { reason: { type: 'string', value: 'text', help: 'why; kept in the audit log' } } as const
const versionOption = { 'expect-version': { type: 'string', value: 'number', help: 'only if it is still at this version; the one of this moment unless told' } } as const
const NONE = 'none'

const setOptions = {
  ...modelOption,
  enabled: { type: 'string', value: 'yes|no', help: 'whether it is offered' },
  'move-queued': { type: 'string', value: 'yes|no', help: 'whether what waits is moved on while it is not' },
  name: { type: 'string', value: 'text', help: 'as people see it' },
  'provider-model': { type: 'string', value: 'id', help: 'the dated model of its provider' },
  limits: { type: 'string', value: 'json', help: 'less than this version offers, such as {"imagesMax":2}' },
  'shutdown-at': { type: 'string', value: 'time', help: 'when it ends, such as 2027-01-31T00:00:00Z, or the word none' },
  replacement: { type: 'string', value: 'name', help: 'the model to go on with, or none' },
  fallbacks: { type: 'string', value: 'names', help: 'models that may serve in its place, by commas, or none' },
  note: { type: 'string', value: 'text', help: 'for other operators' },
  reset: { type: 'string', value: 'fields', help: 'by commas, back to what this version knows: name, providerModel, limits, shutdownAt, replacement' },
  ...versionOption,
  ...reasonOption,
} as const satisfies Record<string, Option>

export const modelsSet: Command = {
  name: 'models set',
  summary: 'Decides about a model. What is left out stays as it is.',
  examples: [
    ['--model gpt-image-1 --enabled no --move-queued yes --reason "too dear"', 'offer it no more, and move on what waits'],
    ['--model gpt-image-2 --shutdown-at 2027-01-31T00:00:00Z --replacement seedream-5-pro --reason "announced"', 'an end, and what to ask for then'],
    ['--model gpt-image-2 --reset shutdownAt,replacement --reason "a mistake"', 'as this version knows it'],
  ],
  options: setOptions,
  prepare: (values) => {
    const wish = readWish(values)
    if (Object.keys(wish).length === 0) throw new UsageError('Nothing is to be different: name at least one of the fields.')
    return changing(values, wish)
  },
}

export const modelsPrice: Command = {
  name: 'models price',
  summary: 'Adds a price with its start, or takes one back that has not started. What was quoted or accepted keeps its price.',
  examples: [
    ['--model seedream4 --credits 2 --starts-at 2027-01-31T00:00:00Z --reason "the provider raised its own"', 'from a day on'],
    ['--model seedance --credits 5 --rates 480p=2,720p=5,1080p=11,4k=45 --reason "as before"', 'by resolution, at once'],
    ['--model seedream4 --withdraw 3 --reason "a slip"', 'take back version 3'],
  ],
  options: {
    ...modelOption,
    credits: { type: 'string', value: 'number', help: 'for one image, or one second of video' },
    rates: { type: 'string', value: 'name=number,…', help: 'by resolution: all of the model, or none' },
    'starts-at': { type: 'string', value: 'time', help: 'from when on; at once unless told' },
    withdraw: { type: 'string', value: 'version', help: 'the version to take back' },
    ...versionOption,
    ...reasonOption,
  },
  prepare: (values) => changing(values, readPrice(values)),
}

export const modelsCheck: Command = {
  name: 'models check',
  summary: 'Has the providers asked which models they still have. A worker does it within seconds; `models list` shows what was found.',
  examples: [['', 'has anything been announced?']],
  options: reasonOption,
  prepare: (values) => {
    const reason = optional(values, 'reason')
    return {
      api: async (api) => {
        const check = await api<{ id: string }>({ method: 'POST', path: '/api/admin/models/check', body: reason === null ? {} : { reason } })
        return { text: 'asked; a worker answers within seconds\n', data: check, exitCode: 0 }
      },
    }
  },
}

function changing(values: Values, wish: object): { api: (api: OperatorApi) => Promise<Outcome> } {
  const [id, reason] = [required(values, 'model'), required(values, 'reason')]
  const expected = readNumber(values, 'expect-version', 0)
  return {
    api: async (api) => {
      const expectedVersion = expected ?? (await findModelData(api, id)).version
      const { items } = await api<ModelsData>({ method: 'PUT', path: '/api/admin/models', body: { models: [{ id, expectedVersion, ...wish }], reason } })
      const model = items.find((item) => item.id === id)
      return { text: `${id} is at version ${model?.version}, ${model?.status}\n`, data: model, exitCode: 0 }
    },
  }
}

function readWish(values: Values): object {
  const text = (name: string) => optional(values, name) ?? undefined
  const noneOr = (name: string) => (text(name) === NONE ? null : text(name))
  const names = (name: string) => text(name)?.split(',').map((part) => part.trim())
  const fallbacks = text('fallbacks') === NONE ? [] : names('fallbacks')
  const all = {
    enabled: readYes(values, 'enabled'), moveQueued: readYes(values, 'move-queued'), name: text('name'), providerModel: text('provider-model'),
    limits: readLimits(text('limits')), shutdownAt: noneOr('shutdown-at'), replacement: noneOr('replacement'), fallbacks, note: text('note'), reset: names('reset'),
  }
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined))
}

function readPrice(values: Values): object {
  const [withdrawPrice, credits] = [readNumber(values, 'withdraw', 1), readNumber(values, 'credits', 1)]
  if ((withdrawPrice === undefined) === (credits === undefined)) throw new UsageError('Either --credits for a price to add, or --withdraw for one to take back.')
  if (withdrawPrice !== undefined) return { withdrawPrice }
  return { price: { credits, rates: readRates(optional(values, 'rates') ?? ''), startsAt: optional(values, 'starts-at') } }
}

function readYes(values: Values, name: string): boolean | undefined {
  const word = optional(values, name)
  if (word !== null && word !== 'yes' && word !== 'no') throw new UsageError(`--${name} is yes or no: ${word}`)
  return word === null ? undefined : word === 'yes'
}

function readNumber(values: Values, name: string, least: number): number | undefined {
  const text = optional(values, name)
  if (text === null) return undefined
  if (!/^\d{1,15}$/.test(text) || Number(text) < least) throw new UsageError(`--${name} is a whole number from ${least}: ${text}`)
  return Number(text)
}

function readRates(text: string): Record<string, number> {
  const pairs = text.split(',').filter((part) => part.trim() !== '').map((part) => /^\s*(\S+?)\s*=\s*(\d{1,15})\s*$/.exec(part))
  if (pairs.some((pair) => pair === null)) throw new UsageError(`--rates is read as name=number,name=number: ${text}`)
  return Object.fromEntries(pairs.map((pair) => [pair![1]!, Number(pair![2])]))
}

function readLimits(text: string | undefined): object | undefined {
  if (text === undefined) return undefined
  try {
    const limits: unknown = JSON.parse(text)
    if (typeof limits === 'object' && limits !== null) return limits
  } catch {
    // Said below.
  }
  throw new UsageError(`--limits is no JSON object: ${text}`)
}
