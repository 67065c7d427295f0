import type { Db } from '#platform/db'
import { pickModel } from './find-model.ts'
import { type CatalogModel, isOffered } from './model.ts'
import { changeModel, type ModelRow } from './model-change.ts'
import { models as seed, seedFallbacks } from './models.ts'
import { Reading } from './reading.ts'
import { listModelRows } from './sql-models.ts'

/** A model with all that was decided about it. */
export interface Entry {
  readonly model: CatalogModel
  readonly fallbacks: readonly string[]
  /** Whether what waits for it is moved or ended while it is switched off. */
  readonly moveQueued: boolean
}

/**
 * The models as they are offered: what this version knows, with what an admin decided laid over it.
 *
 * It is remembered, so that asking costs no query, and read every few seconds: a change holds in the process that made it at once, in all others within
 * seconds. Of a decision that this version cannot follow (a dated model it does not know) that part is left out.
 */
export class Catalogue {
  readonly #reading: Reading<ReadonlyMap<string, Entry>>

  private constructor(reading: Reading<ReadonlyMap<string, Entry>>) {
    this.#reading = reading
  }

  /** Reads the decisions, and goes on reading them until `close`. While the database is away the last reading counts. */
  static async open(db: Db, onError: (error: Error) => void): Promise<Catalogue> {
    return new Catalogue(await Reading.open(async () => layOver(await listModelRows(db)), onError))
  }

  /** Every model, also those that cannot be asked. */
  models(): readonly CatalogModel[] {
    return this.entries().map(({ model }) => model)
  }

  entries(): readonly Entry[] {
    return [...this.#reading.value.values()]
  }

  /** The model of that slug, of the kind if one is named, whether or not it can be asked. Refuses `UnknownModel`. */
  findModel<Kind extends CatalogModel['kind']>(kind: Kind | null, id: string): Extract<CatalogModel, { kind: Kind }> {
    return pickModel(this.models(), kind, id)
  }

  /** The models that may serve in the place of that one, in the order in which they are to be tried. Whether they can be asked is for the router to judge. */
  fallbacksOf(id: string): readonly string[] {
    return this.#reading.value.get(id)?.fallbacks ?? []
  }

  /** Whoever follows that model and can be asked at that moment: its replacement, or the one after that. Null when there is none. */
  successorOf(id: string, now: Date): CatalogModel | null {
    const seen = new Set([id])
    for (let next = this.#reading.value.get(id)?.model.replacement ?? null; next !== null && !seen.has(next); ) {
      const model = this.#reading.value.get(next)?.model
      if (model !== undefined && isOffered(model, now)) return model
      seen.add(next)
      next = model?.replacement ?? null
    }
    return null
  }

  refresh(): Promise<void> {
    return this.#reading.refresh()
  }

  /** As `refresh`, and certain to have in it what the caller has committed. */
  renew(): Promise<void> {
    return this.#reading.renew()
  }

  close(): Promise<void> {
    return this.#reading.close()
  }
}

function layOver(rows: readonly ModelRow[]): ReadonlyMap<string, Entry> {
  const decided = new Map(rows.map((row) => [row.model, row]))
  return new Map(seed.map((model) => [model.id, entryOf(model, decided.get(model.id))]))
}

export function entryOf(model: CatalogModel, row: ModelRow | undefined): Entry {
  if (row === undefined) return { model, fallbacks: seedFallbacks[model.id] ?? [], moveQueued: false }
  return { model: changeModel(model, row).model, fallbacks: row.fallbacks, moveQueued: row.moveQueued }
}
