import { json, type Queryable, sql } from '#platform/db'

export interface NewDeadLetter {
  readonly id: string
  readonly generationId: string
  readonly code: string
  readonly reason: string
}

/** Writes down that a generation failed for good, in the transaction that ends it. What another try holds is its price, whatever was held this time. */
export async function insertDeadLetter(tx: Queryable, letter: NewDeadLetter): Promise<void> {
  await tx.query(sql`
    /* generations.insertDeadLetter */
    insert into dead_letters (id, generation_id, account_id, queue, model, provider, attempts, code, reason, credits, released)
    select ${letter.id}::uuid, id, account_id, kind, model, provider, attempts, ${letter.code}::text, ${letter.reason}::text,
      coalesce(units, outputs_wanted) * price_credits, not waived
    from generation_sessions where id = ${letter.generationId}`)
}

export interface NewDeadMessage {
  readonly id: string
  readonly queue: string
  readonly payload: unknown
  readonly digest: string
  readonly attempts: number
  readonly code: string
  readonly reason: string
}

/** Keeps a message that points to no generation. Delivered again while its letter is open, it is the same letter. */
export async function insertDeadMessage(db: Queryable, message: NewDeadMessage): Promise<void> {
  await db.query(sql`
    /* generations.insertDeadMessage */
    insert into dead_letters (id, queue, payload, payload_digest, attempts, code, reason)
    values (${message.id}, ${message.queue}, ${json(message.payload)}::jsonb, ${message.digest}, ${message.attempts}, ${message.code}, ${message.reason})
    on conflict (queue, payload_digest) where state = 'open' and payload_digest is not null
    do update set attempts = greatest(dead_letters.attempts, excluded.attempts), failed_at = now()`)
}
