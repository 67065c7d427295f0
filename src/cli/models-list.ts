import { ApiRefusal } from './api-refusal.ts'
import { type Command, type Outcome, required } from './command.ts'
import type { OperatorApi } from './operator-api.ts'

/** Of a model, as the interface tells operators, what the command line shows or needs. */
export interface ModelData {
  readonly id: string
  readonly kind: string
  readonly provider: string
  readonly status: string
  readonly version: number
  readonly changes: Readonly<Record<string, unknown>>
  readonly seed: FactsData
  readonly effective: FactsData
  readonly fallbacks: readonly string[]
  readonly note: string
  readonly mistakes: readonly { readonly path: string; readonly message: string }[]
  readonly prices: readonly { readonly version: number; readonly unit: string; readonly credits: number; readonly rates: Readonly<Record<string, number>>; readonly startsAt: string; readonly state: string }[]
  readonly waiting: number
  readonly running: number
  readonly updatedBy: string | null
  readonly findings: readonly { readonly id: string; readonly kind: string; readonly told: string; readonly applied: boolean }[]
}

interface FactsData {
  readonly name: string
  readonly providerModel: string
  readonly shutdownAt: string | null
  readonly replacement: string | null
}

export interface ModelsData {
  readonly items: readonly ModelData[]
  readonly lastCheck: { readonly askedAt: string; readonly finishedAt: string | null } | null
}

export const modelOption = { model: { type: 'string', value: 'name', help: 'which, as `cooly models list` shows it' } } as const

export const modelsList: Command = {
  name: 'models list',
  summary: 'Shows every model with its state, price, end, and what waits for it.',
  examples: [
    ['', 'what is offered, and until when?'],
    ['--json', 'the same for a program, with all that was decided'],
  ],
  options: {},
  prepare: () => ({ api: list }),
}

export const modelsShow: Command = {
  name: 'models show',
  summary: 'Shows one model: what this version knows, what was decided in its place, every price, and what providers said about its end.',
  examples: [['--model gpt-image-2', 'why is it as it is?']],
  options: modelOption,
  prepare: (values) => {
    const id = required(values, 'model')
    return { api: async (api) => show(await findModelData(api, id)) }
  },
}

/** Refuses a name that the interface does not list, as it would itself. */
export async function findModelData(api: OperatorApi, id: string): Promise<ModelData> {
  const { items } = await api<ModelsData>({ method: 'GET', path: '/api/admin/models' })
  const model = items.find((item) => item.id === id)
  if (model === undefined) throw new ApiRefusal(404, { code: 'catalog.unknown_model', title: 'There is no such model', detail: `No model is called "${id}". cooly models list shows those there are.` })
  return model
}

async function list(api: OperatorApi): Promise<Outcome> {
  const data = await api<ModelsData>({ method: 'GET', path: '/api/admin/models' })
  const rows = [HEADING, ...data.items.map(toRow)]
  const widths = HEADING.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)))
  return { text: rows.map((row) => `${row.map((text, column) => text.padEnd(widths[column]!)).join('  ').trimEnd()}\n`).join(''), data, exitCode: 0 }
}

const HEADING = ['model', 'state', 'price', 'ends', 'then', 'waiting', 'findings']

function toRow({ id, status, prices, effective, waiting, findings }: ModelData): string[] {
  const price = prices.find(({ state }) => state === 'current')
  return [
    id, status, price === undefined ? '-' : `${price.credits} a ${price.unit}`, effective.shutdownAt?.slice(0, 10) ?? '-', effective.replacement ?? '-',
    String(waiting), findings.length === 0 ? '-' : findings.map(({ kind, told }) => `${kind}${told === '' ? '' : ` ${told.slice(0, 10)}`}`).join(', '),
  ]
}

function show(model: ModelData): Outcome {
  const { id, provider, kind, status, version, seed, effective, changes, fallbacks, note, waiting, running, updatedBy, prices, findings, mistakes } = model
  const differs = (field: keyof FactsData) => (field in changes ? ` (this version: ${seed[field] ?? 'none'})` : '')
  const lines = [
    `${id}: ${effective.name}${differs('name')}, ${status}`,
    `${kind} by ${provider}, ${effective.providerModel}${differs('providerModel')}`,
    `ends: ${effective.shutdownAt ?? 'not known'}${differs('shutdownAt')}; then: ${effective.replacement ?? 'none'}${differs('replacement')}`,
    ...('limits' in changes ? [`limits: ${JSON.stringify(changes['limits'])}`] : []),
    ...(fallbacks.length === 0 ? [] : [`fallbacks: ${fallbacks.join(', ')}`]),
    ...(note === '' ? [] : [`note: ${note}`]),
    version === 0 ? 'nobody has decided about it' : `version ${version}, by ${updatedBy}`,
    `waiting ${waiting}, running ${running}`,
    ...prices.map((price) => `price ${price.version}: ${price.credits} a ${price.unit}${ratesText(price.rates)}, from ${price.startsAt} (${price.state})`),
    ...findings.map(({ kind: what, told, applied }) => `found: ${what}${told === '' ? '' : ` ${told}`}${applied ? ' (taken over)' : ''}`),
    ...mistakes.map(({ path, message }) => `left out: ${path} ${message}`),
  ]
  return { text: lines.map((line) => `${line}\n`).join(''), data: model, exitCode: 0 }
}

function ratesText(rates: Readonly<Record<string, number>>): string {
  const named = Object.entries(rates).map(([name, credits]) => `${name} ${credits}`)
  return named.length === 0 ? '' : ` (${named.join(', ')})`
}
