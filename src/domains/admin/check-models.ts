import { type Catalogue, finishCheck, insertDailyCheck, learnFromAnswer, learnFromList, type Learned, type ProviderOutcome, takeCheck, type Witness } from '#domains/catalog'
import { newId } from '#lib/ids'
import { startRepeating } from '#lib/repeat'
import type { Db, Tx } from '#platform/db'
import type { ImageProvider, LifeNotice, VideoProvider } from '#platform/providers'
import type { Logger } from '#platform/telemetry'
import { insertAuditEntry } from './sql.ts'

export interface CheckParts {
  readonly db: Db
  readonly catalogue: Catalogue
  readonly providers: ReadonlyMap<string, ImageProvider>
  readonly videoProviders: ReadonlyMap<string, VideoProvider>
  readonly log: Logger
}

const TAKEN_SECONDS = 180
const ASK_TIMEOUT_MS = 60_000
const LOOK_MS = 2_000
const PUT_MS = 60_000

/**
 * Answers one open question to the providers about their models, if there is one: asks each for its list, where it has one, and keeps what is new. Answers
 * whether there was one. Any number of processes may do it; each provider is asked once with a question, by one that has its key where there is one. A provider that does not answer fails by itself.
 */
export async function answerCheck(parts: CheckParts, signal: AbortSignal): Promise<boolean> {
  const { db, catalogue, providers, videoProviders, log } = parts
  const known = [...[...providers.values()].map((provider) => ({ provider, kind: 'image' as const })), ...[...videoProviders.values()].map((provider) => ({ provider, kind: 'video' as const }))]
  const askable = known.filter(({ provider }) => !provider.simulated && provider.listModels !== undefined).map(({ provider, kind }) => ({ provider: provider.name, kind }))
  const check = await takeCheck(db, TAKEN_SECONDS, askable)
  if (check === undefined) return false
  const isAsked = ({ provider, kind }: (typeof known)[number]) =>
    check.outcome?.some((one) => one.provider === provider.name && one.kind === kind && (!one.simulated || provider.simulated)) === true
  const outcome: ProviderOutcome[] = []
  for (const { provider, kind } of known.filter((one) => !isAsked(one))) {
    const witness: Witness = { provider: provider.name, kind, source: 'list', simulated: provider.simulated }
    outcome.push(await askProvider(db, witness, provider, signal).catch((error: unknown) => {
      log.warn({ err: error, provider: provider.name, kind }, 'a provider could not be asked about its models')
      return { provider: provider.name, kind, simulated: provider.simulated, outcome: 'failed' as const, models: 0, findings: 0 }
    }))
  }
  // Somebody who comes after a stop asks again.
  if (signal.aborted) return false
  await finishCheck(db, check.id, outcome)
  await catalogue.renew()
  return true
}

async function askProvider(db: Db, witness: Witness, provider: ImageProvider | VideoProvider, stopping: AbortSignal): Promise<ProviderOutcome> {
  const { kind, provider: name, simulated } = witness
  if (provider.listModels === undefined) return { provider: name, kind, simulated, outcome: 'no_list', models: 0, findings: 0 }
  const list = await provider.listModels({ signal: AbortSignal.any([stopping, AbortSignal.timeout(ASK_TIMEOUT_MS)]) })
  if (list.length === 0) throw new Error('the list of models is empty, which says nothing about any')
  const { findings } = await db.transaction((tx) => recording(tx, learnFromList(tx, witness, list), 'the provider lists this end'))
  return { provider: name, kind, simulated, outcome: 'asked', models: list.length, findings }
}

/** An end that is taken over is in the audit log like one that an admin sets. */
async function recording(tx: Tx, learning: Promise<Learned>, reason: string): Promise<Learned> {
  const learned = await learning
  for (const { model, before, after } of learned.takenOver) {
    await insertAuditEntry(tx, {
      id: newId(), action: 'model.shutdown', actor: 'system', reason, requestId: null, accountId: null, subject: `model:${model}`, transactionId: null,
      before: { shutdownAt: before }, after: { shutdownAt: after },
    })
  }
  return learned
}

/** Answers questions as they come, until the answer is called: for processes that have the providers' keys. */
export function startAnsweringChecks(parts: CheckParts): () => Promise<void> {
  const stopping = new AbortController()
  const stop = startRepeating({
    everyMs: LOOK_MS,
    work: () => answerCheck(parts, stopping.signal),
    onError: (error) => parts.log.error({ err: error }, 'asking the providers about their models failed'),
  })
  return async () => {
    stopping.abort()
    await stop()
  }
}

/** Puts the question of each day, from that hour on (UTC). Any number of processes may do it; it is put once. */
export function startDailyChecks({ db, log, hour }: Pick<CheckParts, 'db' | 'log'> & { readonly hour: number }): () => Promise<void> {
  return startRepeating({
    everyMs: PUT_MS,
    work: () => insertDailyCheck(db, newId(), hour),
    onError: (error) => log.error({ err: error }, 'putting the question of the day about models failed'),
  })
}

const HEARD_MAX = 1_000

/**
 * Keeps what answers say about the end of models. A process writes the same notice once, however many calls carry it; that it is found once over all
 * processes is the database's matter.
 */
export class LifeNotices {
  readonly #parts: Pick<CheckParts, 'db' | 'log'>
  readonly #heard = new Set<string>()
  #writing: Promise<unknown> = Promise.resolve()

  constructor(parts: Pick<CheckParts, 'db' | 'log'>) {
    this.#parts = parts
  }

  /** Returns at once. What cannot be written is heard again with the next call. */
  hear(witness: Omit<Witness, 'source'>, providerModel: string, notice: LifeNotice): void {
    const key = JSON.stringify([witness.provider, witness.kind, providerModel, notice])
    if (this.#heard.has(key) || this.#heard.size >= HEARD_MAX) return
    this.#heard.add(key)
    this.#writing = this.#writing.then(() => this.#write({ ...witness, source: 'header' }, providerModel, notice)).catch((error: unknown) => {
      this.#heard.delete(key)
      this.#parts.log.error({ err: error, providerModel }, 'what a provider said about the end of a model could not be kept')
    })
  }

  /** Waits for what is being written. */
  async settled(): Promise<void> {
    await this.#writing
  }

  async #write(witness: Witness, providerModel: string, notice: LifeNotice): Promise<void> {
    const { db, log } = this.#parts
    const learned = await db.transaction((tx) => recording(tx, learnFromAnswer(tx, witness, { providerModel, ...notice }), 'an answer of the provider announced this end'))
    if (learned.findings > 0) log.warn({ providerModel, ...notice }, 'a provider announced the end of a model')
  }
}
