import { newId } from '#lib/ids'
import type { Tx } from '#platform/db'
import type { ListedModel } from '#platform/providers'
import { entryOf } from './catalogue.ts'
import type { CatalogModel } from './model.ts'
import { knownModels, type ModelRow } from './model-change.ts'
import { models as seed, seedFallbacks } from './models.ts'
import { type FindingKind, insertFinding, type NewFinding, settleUnknown } from './sql-findings.ts'
import { listModelRows, lockModels, saveModelRow } from './sql-models.ts'

/** Who says something about models. */
export interface Witness {
  readonly provider: string
  readonly kind: CatalogModel['kind']
  readonly source: 'list' | 'header'
  readonly simulated: boolean
}

/** An end that was taken over into the catalogue. */
export interface TakenOver {
  readonly model: string
  readonly before: string | null
  readonly after: string
}

export interface Learned {
  readonly findings: number
  readonly takenOver: readonly TakenOver[]
}

interface Telling {
  readonly kind: FindingKind
  readonly told: string
  readonly link: string | null
}

/**
 * Compares what a provider lists with the catalogue, in the caller's transaction: keeps as findings a model that the provider does not name and an end that is
 * not known here. An end is taken over when it is told for the first time, so that an admin who decides otherwise is not overruled every day. What a simulator
 * says is kept and never taken over, and hides nothing of what the provider itself says. Safe to repeat.
 */
export async function learnFromList(tx: Tx, witness: Witness, list: readonly ListedModel[]): Promise<Learned> {
  return learn(tx, witness, (model) => {
    const ids = idsOf(model)
    const listed = list.find(({ id }) => id === model.providerModel) ?? list.find(({ id }) => ids.includes(id))
    // One that has ended is not listed any more, as everybody knew.
    if (listed === undefined) return hasEnded(model) ? null : { kind: 'unknown_model', told: '', link: null }
    return listed.shutdownAt === null ? 'known' : tellEnd(model, listed.shutdownAt, null, 'known')
  })
}

/** What an answer said of the end of the model that gave it. As `learnFromList`. */
export async function learnFromAnswer(
  tx: Tx,
  witness: Witness,
  { providerModel, deprecatedAt, sunsetAt, link }: { providerModel: string; deprecatedAt: string | null; sunsetAt: string | null; link: string | null },
): Promise<Learned> {
  return learn(tx, witness, (model) => {
    if (!idsOf(model).includes(providerModel)) return null
    if (sunsetAt !== null) return tellEnd(model, sunsetAt, link, null)
    // Its end is known already, which says more.
    if (model.shutdownAt !== null) return null
    return { kind: 'deprecation', told: deprecatedAt ?? '', link }
  })
}

/** A gateway that makes what its vendor has ended ought to list it. */
function hasEnded({ shutdownAt, livesElsewhere }: CatalogModel): boolean {
  return livesElsewhere !== true && shutdownAt !== null && Date.parse(shutdownAt) <= Date.now()
}

/** The ids under which the provider knows it. */
function idsOf(model: CatalogModel): readonly string[] {
  return [model.providerModel, ...(knownModels(model).find(({ id }) => id === model.providerModel)?.aliases ?? [])]
}

function tellEnd<Otherwise>(model: CatalogModel, at: string, link: string | null, otherwise: Otherwise): Telling | Otherwise {
  const time = new Date(at)
  if (Number.isNaN(time.getTime())) return otherwise
  const told = time.toISOString()
  return told === model.shutdownAt ? otherwise : { kind: 'shutdown', told, link }
}

/** `known`: there is nothing new, and what was said not to be there is. Null: nothing is said about that model. */
async function learn(tx: Tx, witness: Witness, look: (model: CatalogModel) => Telling | 'known' | null): Promise<Learned> {
  const { source, simulated } = witness
  await lockModels(tx)
  const rows = new Map((await listModelRows(tx)).map((row) => [row.model, row]))
  const takenOver: TakenOver[] = []
  let findings = 0
  for (const known of seed.filter(({ provider, kind }) => provider === witness.provider && kind === witness.kind)) {
    const row = rows.get(known.id)
    const { model } = entryOf(known, row)
    const telling = look(model)
    if (telling === null) continue
    if (telling === 'known' || telling.kind === 'shutdown') await settleUnknown(tx, { model: model.id, providerModel: model.providerModel, simulated })
    if (telling === 'known') continue
    const applied = telling.kind === 'shutdown' && !simulated
    const finding: NewFinding = { id: newId(), model: model.id, providerModel: model.providerModel, source, simulated, applied, ...telling }
    if (!(await insertFinding(tx, finding))) continue
    findings += 1
    if (!applied) continue
    await saveModelRow(tx, endAt(model.id, row, telling.told))
    takenOver.push({ model: model.id, before: model.shutdownAt, after: telling.told })
  }
  return { findings, takenOver }
}

function endAt(model: string, row: ModelRow | undefined, shutdownAt: string): Omit<ModelRow, 'updatedAt'> {
  const { version = 0, enabled = true, moveQueued = false, changes = {}, fallbacks = seedFallbacks[model] ?? [], note = '' } = row ?? {}
  return { model, version: version + 1, enabled, moveQueued, changes: { ...changes, shutdownAt }, fallbacks, note, updatedBy: 'system' }
}
