import { type Invariant, invariants } from '#domains/credits'
import { deadLetterInvariants } from '#domains/dead-letters'
import { generationInvariants } from '#domains/generations'

/** The laws between the journal and the audit log. */
export const auditInvariants: readonly Invariant[] = [
  {
    id: 'I-29',
    name: 'credits moved by an operator have their entry in the audit log, with who and why',
    violations: `
      select t.id from credit_transactions t
      left join credit_lots l on l.id = t.lot_ids[1]
      left join audit_log a on a.transaction_id = t.id
      where (t.kind = 'adjust' or (t.kind = 'grant' and l.source = 'admin')) and t.actor <> 'system'
        and (a.actor, a.reason, a.account_id) is distinct from (t.actor, t.reason, t.account_id)
      union all
      select a.id from audit_log a left join credit_transactions t on t.id = a.transaction_id
      where a.action like 'credits.%' and t.id is null`,
  },
]

/** Every law of the books, of all domains: what `verifyBooks` is given in production. */
export const books: readonly Invariant[] = [...invariants, ...generationInvariants, ...deadLetterInvariants, ...auditInvariants]
