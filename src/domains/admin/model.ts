/** What an operator did. Each has one row in the audit log and, where credits moved, one line in the journal. */
export type AuditAction = 'credits.grant' | 'credits.adjust'

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
  readonly role: 'user' | 'admin'
  readonly available: bigint
  readonly held: bigint
  readonly createdAt: Date
}

/** A balance as the audit log keeps it: plain JSON. */
export interface BalanceRecord {
  readonly available: number
  readonly held: number
}

export interface AuditEntry {
  readonly id: string
  readonly action: AuditAction
  readonly actor: string
  /** Of a person who still exists. */
  readonly actorEmail: string | null
  readonly accountId: string
  readonly accountEmail: string | null
  readonly reason: string
  readonly requestId: string | null
  readonly transactionId: string | null
  readonly before: BalanceRecord
  readonly after: BalanceRecord
  readonly createdAt: Date
}
