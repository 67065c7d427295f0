import type { InputMistake } from '#lib/errors'
import type { Tx } from '#platform/db'
import { ModelChangeRefused, ModelChangeStale } from './errors.ts'
import { judgeLinks } from './judge-links.ts'
import { judgePrice } from './judge-price.ts'
import type { CatalogModel } from './model.ts'
import { changeModel, type LimitsChange, type ModelChanges, type ModelRow } from './model-change.ts'
import { models as seed, seedFallbacks } from './models.ts'
import { insertPrice, listModelRows, lockModels, type NewPrice, saveModelRow, withdrawPrice } from './sql-models.ts'

/** What can go back to what this version knows. */
export const resettable = ['name', 'providerModel', 'limits', 'shutdownAt', 'replacement'] as const

/** What is to be different about one model. What is left out stays as it is. */
export interface Wish {
  readonly id: string
  /** The version that the admin saw; 0 for a model that nobody decided about. */
  readonly expectedVersion: number
  readonly enabled?: boolean | undefined
  readonly moveQueued?: boolean | undefined
  readonly name?: string | undefined
  readonly providerModel?: string | undefined
  readonly limits?: LimitsChange | undefined
  readonly shutdownAt?: string | null | undefined
  readonly replacement?: string | null | undefined
  readonly fallbacks?: readonly string[] | undefined
  readonly note?: string | undefined
  readonly reset?: readonly (typeof resettable)[number][] | undefined
  readonly price?: NewPrice | undefined
  readonly withdrawPrice?: number | undefined
}

export interface Decided {
  readonly id: string
  readonly before: Decision
  readonly after: Decision
  readonly addedPrice: (NewPrice & { readonly version: number }) | null
  readonly withdrawnPrice: number | null
}

type Decision = Omit<ModelRow, 'model' | 'updatedBy' | 'updatedAt'>

function undecided(model: string): Decision {
  return { version: 0, enabled: true, moveQueued: false, changes: {}, fallbacks: seedFallbacks[model] ?? [], note: '' }
}

/**
 * Decides about models, all of the wishes or none, in the caller's transaction. Each raises the version of its model.
 *
 * Refuses `ModelChangeStale` when a model is no longer as the admin saw it, which also makes it safe to repeat, and `ModelChangeRefused` with every mistake by
 * its place in `/models`: limits wider than this version offers, a dated model no adapter knows, links to models that are not there or lead back, a price
 * that begins in the past or leaves a resolution without one.
 */
export async function changeModels(tx: Tx, wishes: readonly Wish[], by: string): Promise<readonly Decided[]> {
  await lockModels(tx)
  const rows = new Map((await listModelRows(tx)).map((row) => [row.model, row]))
  refuseUnknown(wishes)
  refuseStale(wishes, rows)
  const decisions = wishes.map((wish) => ({ wish, before: decisionOf(wish.id, rows), after: decide(decisionOf(wish.id, rows), wish) }))
  refuseMistakes(decisions, rows)
  const decided: Decided[] = []
  for (const [index, { wish, before, after }] of decisions.entries()) {
    await saveModelRow(tx, { ...after, model: wish.id, updatedBy: by })
    decided.push({ id: wish.id, before, after, ...(await changePrices(tx, wish, `/models/${index}`, by)) })
  }
  return decided
}

function decisionOf(id: string, rows: ReadonlyMap<string, ModelRow>): Decision {
  const row = rows.get(id)
  if (row === undefined) return undecided(id)
  const { model: _, updatedBy: __, updatedAt: ___, ...decision } = row
  return decision
}

function decide(before: Decision, { reset = [], name, providerModel, limits, shutdownAt, replacement, ...rest }: Wish): Decision {
  const kept = Object.entries(before.changes).filter(([field]) => !reset.some((one) => one === field))
  const wanted = Object.entries({ name, providerModel, limits, shutdownAt, replacement }).filter(([, value]) => value !== undefined)
  return {
    version: before.version + 1,
    enabled: rest.enabled ?? before.enabled,
    moveQueued: rest.moveQueued ?? before.moveQueued,
    changes: Object.fromEntries([...kept, ...wanted]) as ModelChanges,
    fallbacks: rest.fallbacks ?? before.fallbacks,
    note: rest.note ?? before.note,
  }
}

function refuseUnknown(wishes: readonly Wish[]): void {
  const errors = wishes.flatMap(({ id }, index): InputMistake[] => {
    if (!seed.some((model) => model.id === id)) return [{ path: `/models/${index}/id`, message: 'is no model of this version' }]
    return wishes.findIndex((other) => other.id === id) < index ? [{ path: `/models/${index}/id`, message: 'is named twice' }] : []
  })
  if (errors.length > 0) throw new ModelChangeRefused({ errors })
}

function refuseStale(wishes: readonly Wish[], rows: ReadonlyMap<string, ModelRow>): void {
  const stale = wishes.filter(({ id, expectedVersion }) => (rows.get(id)?.version ?? 0) !== expectedVersion)
  if (stale.length > 0) throw new ModelChangeStale({ models: stale.map(({ id }) => ({ model: id, version: rows.get(id)?.version ?? 0 })) })
}

interface Judged {
  readonly wish: Wish
  readonly after: Decision
}

/** Links are judged over all models, as they are after all of the wishes. */
function refuseMistakes(decisions: readonly Judged[], rows: ReadonlyMap<string, ModelRow>): void {
  const all = new Map<string, { readonly model: CatalogModel; readonly fallbacks: readonly string[] }>(seed.map((model) => {
    const after = decisions.find(({ wish }) => wish.id === model.id)?.after ?? decisionOf(model.id, rows)
    return [model.id, { model: changeModel(model, after).model, fallbacks: after.fallbacks }]
  }))
  const errors = decisions.flatMap(({ wish, after }, index) => {
    const model = seed.find(({ id }) => id === wish.id)!
    const mistakes = [...changeModel(model, after).mistakes, ...judgeLinks(wish.id, all), ...(wish.price === undefined ? [] : judgePrice(model, wish.price))]
    return mistakes.map(({ path, message }) => ({ path: `/models/${index}${path}`, message }))
  })
  if (errors.length > 0) throw new ModelChangeRefused({ errors })
}

async function changePrices(tx: Tx, { id, price, withdrawPrice: version }: Wish, at: string, by: string): Promise<Pick<Decided, 'addedPrice' | 'withdrawnPrice'>> {
  if (version !== undefined && !(await withdrawPrice(tx, id, version, by))) {
    throw new ModelChangeRefused({ errors: [{ path: `${at}/withdrawPrice`, message: 'is no version that is still to come: one that has started, or starts within seconds, stays' }] })
  }
  if (price === undefined) return { addedPrice: null, withdrawnPrice: version ?? null }
  const { kind } = seed.find((model) => model.id === id)!
  const added = await insertPrice(tx, id, kind === 'image' ? 'image' : 'second', price)
  if (added === undefined) throw new ModelChangeRefused({ errors: [{ path: `${at}/price/startsAt`, message: 'has passed: what was charged by then stays as it was' }] })
  return { addedPrice: { ...price, version: added }, withdrawnPrice: version ?? null }
}
