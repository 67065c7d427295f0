import { chargeClassOf, chargeView } from './charge-policy.ts'
import { type Accepted, chargedPrice, isFinal, type OutputRow, type Session, type Station, type StoredOutput, type Timing } from './model.ts'
import { publicReasons } from './move-to-model.ts'

type OutputFacts = Pick<StoredOutput, 'id' | 'index' | 'contentType' | 'bytes' | 'width' | 'height'> & Partial<Pick<StoredOutput, 'durationSeconds' | 'hasPoster'>>

const POSTER_WIDTH = 1_280

export function outputView({ id, index, contentType, bytes, width, height, durationSeconds = null, hasPoster = false }: OutputFacts) {
  const url = `/api/assets/${id}`
  const posterUrl = hasPoster ? `${url}?w=${POSTER_WIDTH}` : null
  return { id, index, url, contentType, bytes: Number(bytes), width, height, durationSeconds, posterUrl }
}

/** Where it stands in line. */
export interface LineView {
  /** From 1. */
  readonly position: number
  readonly estimatedStartAt: Date | null
}

/** What the row of a generation does not say. */
interface Around {
  readonly timing: Timing | null
  readonly line: LineView | null
  /** When its outputs will be removed. */
  readonly expiresAt: Date | null
}

/** A generation as clients see it. Amounts fit JSON numbers: the schema bounds them. */
export function generationView(session: Session, outputs: readonly OutputRow[], { timing, line, expiresAt }: Around) {
  const stored = outputs.filter((output) => output.state === 'stored')
  const failed = outputs.filter((output) => output.state === 'failed')
  return {
    ...commonView(session),
    status: session.status,
    phase: session.phase,
    credits: {
      price: Number(session.priceCredits),
      chargedPrice: Number(chargedPrice(session)),
      held: isFinal(session.status) ? 0 : Number(session.creditsHeld),
      captured: Number(session.creditsCaptured),
      released: Number(session.creditsReleased),
      waived: session.waived,
    },
    charged: chargeView(chargeClassOf(session, outputs), session.creditsCaptured),
    provider: isFinal(session.status) || session.providerStatus === null ? null : { status: session.providerStatus, progress: session.providerProgress },
    queue: line === null ? null : { position: line.position, estimatedStartAt: line.estimatedStartAt?.toISOString() ?? null },
    servedBy: servedBy(session, stored),
    // The rows of what was removed stay, because they were paid for.
    outputs: session.outputsRemovedAt === null ? stored.map(outputView) : [],
    outputsExpireAt: expiresAt?.toISOString() ?? null,
    outputsRemovedAt: session.outputsRemovedAt?.toISOString() ?? null,
    outputsKeptDays: session.outputsKeptDays,
    failures: failed.map(({ index, errorCode, errorMessage }) => ({ index, code: errorCode, message: errorMessage })),
    error: session.errorCode === null ? null : { code: session.errorCode, message: session.errorMessage ?? '' },
    attempts: session.attempts,
    timing,
    reopenedAt: session.reopenedAt?.toISOString() ?? null,
    startedAt: session.startedAt?.toISOString() ?? null,
    finishedAt: session.finishedAt?.toISOString() ?? null,
  }
}

/** Who made what, in the order in which they were given it. */
function servedBy({ model, provider, route }: Session, stored: readonly StoredOutput[]) {
  const stations: readonly Pick<Station, 'model' | 'provider' | 'reason'>[] = route ?? [{ model, provider, reason: null }]
  return stations.map((station) => ({
    model: station.model,
    provider: station.provider,
    outputs: stored.filter((output) => (output.model ?? model) === station.model).map(({ index }) => index),
    reason: station.reason === null ? null : publicReasons[station.reason],
  }))
}

export type GenerationView = ReturnType<typeof generationView>

/**
 * The answer to an accepted request. It is made only of what never changes, so a repetition under the same key gets the
 * very same answer, however far the work has come since.
 */
export function acceptedView(accepted: Accepted): GenerationView {
  return {
    ...commonView(accepted),
    status: 'queued',
    phase: null,
    credits: { price: Number(accepted.priceCredits), chargedPrice: Number(accepted.priceCredits), held: Number(accepted.creditsHeld), captured: 0, released: 0, waived: false },
    charged: chargeView('open', 0n),
    provider: null,
    queue: null,
    servedBy: [],
    outputs: [],
    outputsExpireAt: null,
    outputsRemovedAt: null,
    outputsKeptDays: null,
    failures: [],
    error: null,
    attempts: 0,
    timing: null,
    reopenedAt: null,
    startedAt: null,
    finishedAt: null,
  }
}

function commonView(s: Accepted) {
  const address = `/api/generations/${s.id}`
  return {
    id: s.id,
    kind: s.kind,
    priority: s.priority,
    model: s.model,
    simulated: s.simulated,
    input: { ...s.input },
    size: s.width === null || s.height === null ? null : { width: s.width, height: s.height },
    metadata: s.metadata,
    retriedFrom: s.retriedFrom,
    createdAt: s.createdAt.toISOString(),
    urls: { get: address, events: `${address}/events`, cancel: `${address}/cancel` },
  }
}
