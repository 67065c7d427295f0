import type { Role } from '#platform/http'

/** What an operator did. Each has one row in the audit log and, where credits moved, one line in the journal. */
export const auditActions = [
  'credits.grant', 'credits.adjust',
  'user.role', 'user.plan', 'dlq.retry', 'dlq.retry_all', 'dlq.stop', 'dlq.discard', 'dlq.purge', 'dlq.reveal',
  'queue.pause', 'queue.resume', 'queue.concurrency', 'worker.drain', 'provider.pause', 'provider.resume', 'provider.limit',
  'model.change', 'model.shutdown', 'model.check', 'model.resolve',
] as const
export type AuditAction = (typeof auditActions)[number]

/** Who did it and why, and in answer to which request. */
export interface Because {
  /** A person's id, or `cli:` and the name of the operating system's user. */
  readonly actor: string
  readonly reason: string
  readonly requestId: string | null
}

export interface Holder {
  readonly accountId: string
  readonly email: string
  readonly name: string
}

export interface UserWithBalance extends Holder {
  readonly id: string
  readonly role: Role
  /** What the account has bought. */
  readonly plan: string
  readonly available: bigint
  readonly held: bigint
  readonly createdAt: Date
}

/** How something was, as the audit log keeps it: plain JSON. For changes of credits the balance. */
export type AuditRecord = Readonly<Record<string, unknown>>

/** A balance as the audit log keeps it. */
export type BalanceRecord = {
  readonly available: number
  readonly held: number
}

export interface AuditEntry {
  readonly id: string
  readonly action: AuditAction
  readonly actor: string
  /** Of a person who still exists. */
  readonly actorEmail: string | null
  /** Whose account; null where it was about something else, which `subject` then names. */
  readonly accountId: string | null
  readonly accountEmail: string | null
  readonly subject: string | null
  readonly reason: string
  readonly requestId: string | null
  readonly transactionId: string | null
  readonly before: AuditRecord
  readonly after: AuditRecord
  readonly createdAt: Date
}
