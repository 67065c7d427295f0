/**
 * A dead letter is what failed for good: a generation, or a message that nobody could make sense of.
 *
 *     open → retried | discarded
 *
 * A generation that is tried again and fails again leaves a new letter.
 */
export const letterStates = ['open', 'retried', 'discarded'] as const
export type LetterState = (typeof letterStates)[number]

export interface Letter {
  readonly id: string
  /** Null for a message that points to no generation. */
  readonly generationId: string | null
  readonly accountId: string | null
  readonly queue: string
  readonly model: string | null
  readonly provider: string | null
  /** What is to be made, null once its owner deleted it; of a message, what it carried. */
  readonly payload: unknown
  readonly attempts: number
  readonly code: string
  readonly reason: string
  /** What another try holds. */
  readonly credits: bigint
  /** Whether something was held when it failed, and has gone back. */
  readonly released: boolean
  readonly state: LetterState
  readonly failedAt: Date
  readonly resolvedAt: Date | null
  readonly resolvedBy: string | null
  readonly resolution: string | null
  readonly batchId: string | null
  /** Why it could not be tried again when somebody wanted that. */
  readonly refusal: string | null
}

/** Which letters. What is absent does not restrict. */
export interface LetterFilter {
  readonly state?: LetterState | undefined
  readonly queue?: string | undefined
  readonly model?: string | undefined
  readonly provider?: string | undefined
  readonly code?: string | undefined
  /** Failed then or later. */
  readonly since?: string | undefined
}

/** Letters of one cause. */
export interface LetterGroup {
  readonly code: string
  readonly queue: string
  readonly provider: string | null
  readonly model: string | null
  /** The sentence of the latest. */
  readonly reason: string
  readonly count: number
  readonly credits: bigint
  readonly accounts: number
  readonly firstAt: Date
  readonly lastAt: Date
}

export type BatchState = 'running' | 'done' | 'stopped'

/** A try of many letters, worked off piece by piece. */
export interface Batch {
  readonly id: string
  readonly filter: LetterFilter
  readonly waived: boolean
  readonly state: BatchState
  readonly total: number
  readonly retried: number
  /** Their accounts could not pay. They stay open. */
  readonly unpayable: number
  /** Resolved by somebody else before their turn came, or deleted by their owners. */
  readonly skipped: number
  /** What was held again. */
  readonly credits: bigint
  readonly startedBy: string
  readonly stoppedBy: string | null
  readonly createdAt: Date
  readonly finishedAt: Date | null
}

/** What trying letters again would do at this moment. */
export interface Estimate {
  readonly count: number
  /** What the accounts would have held again, of those that can pay. */
  readonly credits: bigint
  readonly unpayable: { readonly count: number; readonly credits: bigint; readonly accounts: number }
  /** Messages that point to no generation, which nobody can try again. */
  readonly unretriable: number
}
