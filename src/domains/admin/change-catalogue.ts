import { changeModels, type Decided, type Finding, FindingMissing, resolveFinding, type Wish } from '#domains/catalog'
import { newId } from '#lib/ids'
import type { Tx } from '#platform/db'
import type { AuditRecord, Because } from './model.ts'
import { insertAuditEntry } from './sql.ts'

/** Decides about models, each with its entry in the audit log in the caller's transaction. Refuses as `changeModels` does. */
export async function changeCatalogue(tx: Tx, wishes: readonly Wish[], because: Because): Promise<readonly Decided[]> {
  const decided = await changeModels(tx, wishes, because.actor)
  for (const { id, before, after, addedPrice, withdrawnPrice } of decided) {
    const prices = { ...(addedPrice === null ? {} : { addedPrice: priceRecord(addedPrice) }), ...(withdrawnPrice === null ? {} : { withdrawnPrice }) }
    await insertAuditEntry(tx, {
      id: newId(), ...because, action: 'model.change', accountId: null, subject: `model:${id}`, transactionId: null, before: { ...before }, after: { ...after, ...prices },
    })
  }
  return decided
}

function priceRecord({ version, credits, rates, startsAt }: NonNullable<Decided['addedPrice']>): AuditRecord {
  return { version, credits, rates, startsAt: startsAt?.toISOString() ?? 'at once' }
}

/** Closes a finding, with its entry in the audit log in the caller's transaction. Refuses `FindingMissing` when it is not open. */
export async function settleFinding(tx: Tx, id: string, because: Because): Promise<Finding> {
  const finding = await resolveFinding(tx, { id, by: because.actor, resolution: because.reason })
  if (finding === undefined) throw new FindingMissing({})
  await insertAuditEntry(tx, {
    id: newId(), ...because, action: 'model.resolve', accountId: null, subject: `model:${finding.model}`, transactionId: null,
    before: { finding: id, kind: finding.kind, told: finding.told }, after: {},
  })
  return finding
}
