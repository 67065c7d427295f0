import { z } from 'zod'
import {
  type CatalogModel, changeModel, type Check, type Entry, type Finding, ImageLimits, imageLimits, knownModels, type ModelRow, type PriceVersion, statusOf, VideoLimits, videoLimits,
} from '#domains/catalog'
import type { OpenOfModel } from '#domains/generations'

const time = z.iso.datetime()
const count = z.number().int()
const credits = z.number().int()

export const LimitsBody = z
  .strictObject({
    imagesMax: count.optional(), pixelsMax: count.optional().describe('The most pixels of an exact size'),
    presets: z.array(z.string().max(50)).max(50).optional(), outputFormats: z.array(z.string().max(50)).max(50).optional(),
    qualities: z.array(z.string().max(50)).max(50).optional(), backgrounds: z.array(z.string().max(50)).max(50).optional(),
    resolutions: z.array(z.string().max(50)).max(50).optional(), aspectRatios: z.array(z.string().max(50)).max(50).optional(),
    durationSecondsMax: count.optional(),
    optionsOff: z.array(z.string().max(50)).max(50).optional().describe('Fields of a request that are honoured no longer'),
  })
  .describe('Less than this version offers; what is left out stays')
  .meta({ id: 'ModelLimitsChange' })

const facts = { name: z.string(), providerModel: z.string(), shutdownAt: time.nullable(), replacement: z.string().nullable() }
/** Those of the model's kind; each field as in `GET /api/models`. */
const Limits = z.union([ImageLimits, VideoLimits])

const PriceView = z.object({
  version: count, unit: z.enum(['image', 'second']), credits, rates: z.record(z.string(), credits), startsAt: time,
  state: z.enum(['past', 'current', 'future', 'withdrawn']), withdrawnBy: z.string().nullable(),
})

export const FindingView = z
  .object({
    id: z.uuid(), model: z.string(), providerModel: z.string(),
    kind: z.enum(['unknown_model', 'shutdown', 'deprecation']),
    told: z.string().describe('The date that was told; empty where it is about none'),
    source: z.enum(['list', 'header']).describe('Its list of models, or the headers of an answer'),
    link: z.string().nullable(), simulated: z.boolean(),
    applied: z.boolean().describe('Whether the date was taken over into the catalogue'), foundAt: time,
  })
  .meta({ id: 'ModelFinding' })

export const CheckView = z
  .object({
    id: z.uuid(), askedBy: z.string(), askedAt: time, finishedAt: time.nullable(),
    providers: z.array(z.object({ provider: z.string(), kind: z.string(), outcome: z.enum(['asked', 'failed', 'no_list']), models: count, findings: count })),
  })
  .meta({ id: 'ModelCheck' })

export const AdminModelView = z
  .object({
    id: z.string(), kind: z.enum(['image', 'video']), provider: z.string(),
    status: z.enum(['available', 'deprecated', 'retired', 'disabled', 'unconfigured']),
    enabled: z.boolean(), moveQueued: z.boolean().describe('Whether what waits is moved or ended while it is switched off'),
    version: count.describe('To be named by the next change; 0 when nobody decided about it'),
    seed: z.object({ ...facts, limits: Limits }).describe('As this version knows it: the outer bound'),
    changes: z.object({ name: z.string().optional(), providerModel: z.string().optional(), shutdownAt: time.nullable().optional(), replacement: z.string().nullable().optional(), limits: LimitsBody.optional() })
      .describe('What was decided in its place'),
    effective: z.object({ ...facts, limits: Limits }).describe('As it is offered'),
    fallbacks: z.array(z.string()), note: z.string(),
    mistakes: z.array(z.object({ path: z.string(), message: z.string() })).describe('What was decided and this version cannot follow; it is left out'),
    providerModels: z.array(z.object({ id: z.string(), shutdownAt: z.string().nullable() })).describe('The dated models that the adapter knows'),
    switchable: z.array(z.string()).describe('Options that can be switched off'),
    prices: z.array(PriceView).describe('The one that takes precedence first'),
    waiting: count, running: count,
    updatedBy: z.string().nullable(), updatedAt: time.nullable(),
    findings: z.array(FindingView),
  })
  .meta({ id: 'AdminModel' })

export interface AdminFacts {
  readonly entry: Entry
  readonly row: ModelRow | undefined
  readonly prices: readonly PriceVersion[]
  readonly open: OpenOfModel | undefined
  readonly findings: readonly Finding[]
  readonly now: Date
}

export function adminModelView(seed: CatalogModel, { entry, row, prices, open, findings, now }: AdminFacts): z.input<typeof AdminModelView> {
  const { id, kind, provider } = seed
  return {
    id, kind, provider, status: statusOf(entry.model, now), enabled: row?.enabled ?? true, moveQueued: entry.moveQueued, version: row?.version ?? 0,
    seed: factsOf(seed), effective: factsOf(entry.model),
    changes: changesView(row), fallbacks: [...entry.fallbacks], note: row?.note ?? '',
    mistakes: row === undefined ? [] : changeModel(seed, row).mistakes.map((mistake) => ({ ...mistake })),
    providerModels: knownModels(seed).map(({ id: dated, shutdownAt }) => ({ id: dated, shutdownAt })),
    switchable: switchableOf(seed), prices: pricesView(prices),
    waiting: Number(open?.waiting ?? 0n), running: Number(open?.running ?? 0n),
    updatedBy: row?.updatedBy ?? null, updatedAt: row?.updatedAt.toISOString() ?? null, findings: findings.map(findingView),
  }
}

function factsOf(model: CatalogModel) {
  const { name, providerModel, shutdownAt, replacement } = model
  return { name, providerModel, shutdownAt, replacement, limits: model.kind === 'image' ? imageLimits(model) : videoLimits(model) }
}

function changesView(row: ModelRow | undefined): z.input<typeof AdminModelView>['changes'] {
  return row === undefined ? {} : (row.changes as z.input<typeof AdminModelView>['changes'])
}

function switchableOf(seed: CatalogModel): string[] {
  if (seed.kind === 'video') return [...seed.limits.options, ...(seed.limits.audio === null ? [] : ['generateAudio'])]
  const { outputFormats, backgrounds, seed: repeats, negativePrompt, referenceImagesMax } = seed.ability
  const there = { outputFormat: outputFormats.length > 0, background: backgrounds.length > 0, seed: repeats, negativePrompt, referenceImages: referenceImagesMax > 0 }
  return Object.entries(there).flatMap(([name, has]) => (has ? [name] : []))
}

function pricesView(prices: readonly PriceVersion[]) {
  const current = prices.find(({ started, withdrawnAt }) => started && withdrawnAt === null)
  return prices.map(({ version, unit, credits: amount, rates, startsAt, started, withdrawnAt, withdrawnBy }) => {
    const state = withdrawnAt !== null ? 'withdrawn' as const : version === current?.version ? 'current' as const : started ? 'past' as const : 'future' as const
    return { version, unit, credits: Number(amount), rates: { ...rates }, startsAt: startsAt.toISOString(), state, withdrawnBy }
  })
}

function findingView({ foundAt, resolvedAt: _, resolvedBy: __, resolution: ___, ...rest }: Finding): z.input<typeof FindingView> {
  return { ...rest, foundAt: foundAt.toISOString() }
}

export function checkView({ id, askedBy, askedAt, finishedAt, outcome }: Check): z.input<typeof CheckView> {
  return { id, askedBy, askedAt: askedAt.toISOString(), finishedAt: finishedAt?.toISOString() ?? null, providers: (outcome ?? []).map(({ provider, kind, outcome: came, models, findings }) => ({ provider, kind, outcome: came, models, findings })) }
}
