import type { Queryable } from '#platform/db'

export interface PoisonMessage {
  readonly queue: string
  readonly payload: unknown
  readonly attempts: number
  readonly code: string
  readonly reason: string
}

/** Keeps a message that can never be worked off, for an operator to look at. */
export async function buryMessage(_db: Queryable, _message: PoisonMessage): Promise<void> {
  // Filled in together with the dead letters.
}
