/**
 * Credits: the only code that may change a balance.
 *
 * An account's credits lie in lots, one per grant. A hold takes credits from lots in spend order (earliest expiry, then
 * granted before purchased, then oldest) and ends once: captured in whole or part, the rest released. Every credit of a lot is in
 * exactly one bucket at every moment, and the journal explains every change of a total. Nothing here calls a network.
 *
 * What remains of a lot expires at its time; what was held then and comes back lives on for seven days. A lot can be revoked: what is spent of it
 * becomes a debt, which later grants repay.
 */
export { adjust, type AdjustInput, type Adjustment } from './adjust.ts'
export { BelowAvailable, InsufficientCredits } from './errors.ts'
export { expireLots, releaseOverdue, type ReleaseOverdueInput } from './expire.ts'
export { grant, type GrantInput } from './grant.ts'
export { Ledger } from './ledger.ts'
export { reserve, reserveAcrossLots, type ReserveInput } from './reserve.ts'
export { revoke, type RevokeInput } from './revoke.ts'
export { creditRoutes } from './routes.ts'
export { settle, type SettleInput } from './settle.ts'
export { readAvailable, readBalance } from './sql-balance.ts'
export { coverFromFirstLots, holdAccepted } from './sql-holds.ts'
export { type LedgerSweepsParts, startLedgerSweeps } from './sweeps.ts'
export { type AccountCredits, type Balance, CREDITS_MAX, GRACE_DAYS, type Movement, type Revocation, type Settlement } from './model.ts'
export { sealJournal, verifySeals } from './seal.ts'
export { readSealDigest, type Seal } from './sql-seal.ts'
export { type Check, type Invariant, invariants } from './sql-verify.ts'
export { checkLaws, findLate, findWrong, type Verification, verifyBooks } from './verify.ts'
export { startVerifying, type VerifyingParts } from './verifying.ts'
export { readStatement } from './statement.ts'
export { movementView } from './view.ts'
