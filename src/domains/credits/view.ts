import type { Movement } from './model.ts'

/** One line of a statement as JSON, the same over HTTP and on the command line. Amounts fit JSON numbers: the schema bounds them. */
export function movementView({ id, kind, amount, heldChange, balanceAfter, generationId, reason, createdAt }: Movement) {
  return {
    id, kind, generationId, reason,
    amount: Number(amount),
    heldChange: Number(heldChange),
    balanceAfter: Number(balanceAfter),
    createdAt: createdAt.toISOString(),
  }
}
