import { hash } from 'node:crypto'
import { newId } from '#lib/ids'
import type { Queryable } from '#platform/db'
import { insertDeadMessage } from './sql-dead-letters.ts'

export interface PoisonMessage {
  readonly queue: string
  readonly payload: unknown
  readonly attempts: number
  readonly code: string
  readonly reason: string
}

/** More of a message helps nobody. */
const PAYLOAD_CHARACTERS_MAX = 16_384

/**
 * Keeps a message that can never be worked off, for an operator to look at: as what it is when it is short, else as the beginning of its text.
 *
 * Safe to repeat: the same message delivered again is the same letter as long as that is open.
 */
export async function buryMessage(db: Queryable, { payload, ...message }: PoisonMessage): Promise<void> {
  const text = typeof payload === 'string' ? payload : (JSON.stringify(payload) ?? 'null')
  // Postgres keeps no null character in its JSON.
  const kept = text.length > PAYLOAD_CHARACTERS_MAX || text.includes('\\u0000') || text.includes('\0') ? cut(text) : payload
  await insertDeadMessage(db, { ...message, id: newId(), payload: kept ?? null, digest: hash('sha256', text, 'base64url') })
}

function cut(text: string): string {
  return text.slice(0, PAYLOAD_CHARACTERS_MAX).replaceAll('\0', '').replaceAll('\\u0000', '').toWellFormed()
}
