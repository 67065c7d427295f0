import type { StoredImageInput, StoredVideoInput } from '#domains/catalog'

/**
 * The states of a generation:
 *
 *     queued → running → succeeded | failed | cancelled
 *     queued → failed | cancelled
 *     failed → queued, when an operator opens it again, unless its owner deleted it
 *
 * `succeeded` means that at least one output is stored. A phase says what a running one is doing. Nobody is at work on a running one whose video is
 * being made: it is looked after by its call (`sql-tasks.ts`). When its task has ended it is `queued` again with a phase, and is taken before all others.
 */
export type GenerationStatus = 'queued' | 'running' | 'succeeded' | 'failed' | 'cancelled'

export type GenerationPhase = 'waiting_provider' | 'storing' | 'retrying' | 'outcome_unknown'

export function isFinal(status: GenerationStatus): boolean {
  return status === 'succeeded' || status === 'failed' || status === 'cancelled'
}

/** What people wait for goes before what was handed in by the hundred. */
export type Priority = 'interactive' | 'bulk'

/** The row of a generation. */
export interface Session {
  readonly id: string
  readonly accountId: string
  readonly kind: 'image' | 'video'
  readonly priority: Priority
  readonly model: string
  readonly provider: string
  readonly providerModel: string
  readonly simulated: boolean
  readonly status: GenerationStatus
  readonly phase: GenerationPhase | null
  readonly input: StoredInput
  readonly metadata: Record<string, string>
  readonly outputsWanted: number
  /** What the price is for, where an output is not one unit: seconds of video. */
  readonly units: number | null
  readonly width: number | null
  readonly height: number | null
  readonly priceCredits: bigint
  /** What a unit is charged, where that is less than what is held for it. */
  readonly chargedPriceCredits: bigint | null
  /** Whether another model may make it. */
  readonly allowFallback: boolean
  /** The fields of the input that were nobody's wish but the model's defaults. */
  readonly defaulted: readonly string[]
  /** The models it was given to, the one that was asked for first; null while that one makes it. `provider` and `providerModel` are those of the last. */
  readonly route: readonly Station[] | null
  /** The input as the last of them takes it. */
  readonly servedInput: StoredInput | null
  /** Null when it was opened again at no cost. */
  readonly reservationId: string | null
  readonly waived: boolean
  readonly creditsHeld: bigint
  readonly creditsCaptured: bigint
  readonly creditsReleased: bigint
  readonly errorCode: string | null
  readonly errorMessage: string | null
  readonly attempts: number
  readonly leaseToken: number
  readonly eventSeq: number
  /** The vendor's own word for the state of what it makes, and how far it is from 0 to 1, where it tells. */
  readonly providerStatus: string | null
  readonly providerProgress: number | null
  readonly timing: Timing | null
  readonly deadlineAt: Date
  readonly createdAt: Date
  /** When it was last opened again after it had failed. */
  readonly reopenedAt: Date | null
  /** Calls up to this number were made before that and count against no limit; answers up to `callsOutdated` were given to another input. */
  readonly callsForgiven: number
  readonly callsOutdated: number
  readonly startedAt: Date | null
  readonly finishedAt: Date | null
  /** Since when its outputs are gone: their rows stay, and nobody is shown them. */
  readonly outputsRemovedAt: Date | null
  /** After how many days they were removed; null where that was not why. */
  readonly outputsKeptDays: number | null
  /** Which generation it repeats. */
  readonly retriedFrom: string | null
}

/** What a client is told about a request that was accepted. The same for the first answer and every repetition, whatever became of the generation. */
export type Accepted = Pick<
  Session,
  'id' | 'kind' | 'priority' | 'model' | 'simulated' | 'input' | 'metadata' | 'outputsWanted' | 'width' | 'height' | 'priceCredits' | 'creditsHeld' | 'createdAt' | 'retriedFrom'
>

/** A model that a generation was given to. */
export interface Station {
  readonly model: string
  readonly provider: string
  readonly providerModel: string
  /** Why it was: what became of the model before; null of the first. */
  readonly reason: MoveReason | null
}

/** Why a generation goes to another model: nothing can be begun at the provider for now, or the reason for which it said a definite no. */
export type MoveReason = 'breaker_open' | 'paused' | 'auth' | 'permission' | 'quota' | 'model_retired' | 'provider_fault'

/** The model that makes it now. */
export function servingModel({ model, route }: Pick<Session, 'model' | 'route'>): string {
  return route?.at(-1)?.model ?? model
}

/** The input as the model that makes it takes it. */
export function servingInput({ input, servedInput }: Pick<Session, 'input' | 'servedInput'>): StoredInput {
  return servedInput ?? input
}

/** What a unit costs in the end. */
export function chargedPrice({ priceCredits, chargedPriceCredits }: Pick<Session, 'priceCredits' | 'chargedPriceCredits'>): bigint {
  return chargedPriceCredits ?? priceCredits
}

/** From when on its time counts: acceptance, or the last time it was opened again. */
export function beganAt({ createdAt, reopenedAt }: Pick<Session, 'createdAt' | 'reopenedAt'>): Date {
  return reopenedAt ?? createdAt
}

/** What was asked for, as it was accepted. */
export type StoredInput = StoredImageInput | StoredVideoInput

/** What became of one wanted output. */
export type OutputRow = StoredOutput | FailedOutput

export interface StoredOutput {
  readonly state: 'stored'
  readonly id: string
  readonly generationId: string
  readonly index: number
  readonly contentType: string
  readonly bytes: bigint
  readonly width: number | null
  readonly height: number | null
  /** Of a video. */
  readonly durationSeconds: number | null
  readonly hasPoster: boolean
  /** What of the price it is charged; null is one unit. */
  readonly billedUnits: number | null
  readonly transferMs: number
  /** The call that made it, and for which model; null of outputs of earlier versions. */
  readonly attemptId: string | null
  readonly model: string | null
  readonly createdAt: Date
}

export interface FailedOutput {
  readonly state: 'failed'
  readonly generationId: string
  readonly index: number
  readonly errorCode: string
  readonly errorMessage: string
}

export interface Span {
  readonly name: 'queue' | 'provider' | 'transfer' | 'database' | 'overhead'
  readonly index?: number
  readonly attempt?: number
  /** From the moment the request was accepted. */
  readonly startMs: number
  readonly durationMs: number
  readonly bytes?: number
}

/**
 * Where the time went. Each figure is the time during which at least one such span was under way, so four calls side
 * by side count once. Calls and transfers overlap: only the total is a sum of nothing.
 */
export interface Timing {
  readonly queueMs: number
  readonly providerMs: number
  readonly transferMs: number
  readonly databaseMs: number
  readonly overheadMs: number
  readonly totalMs: number
  readonly spans: readonly Span[]
}

export interface EventRow {
  readonly seq: number
  readonly kind: 'status' | 'output' | 'progress'
  readonly data: Record<string, unknown>
}
