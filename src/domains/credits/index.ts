/**
 * Credits: the only code that may change a balance.
 *
 * An account's credits lie in lots, one per grant. A hold takes credits from lots in spend order (earliest expiry, then
 * granted before purchased, then oldest) and ends once: captured in whole or part, the rest released. Every credit of a lot is in
 * exactly one bucket at every moment, and the journal explains every change of a total. Nothing here calls a network.
 */
export { InsufficientCredits } from './errors.ts'
export { grant, type GrantInput } from './grant.ts'
export { reserve, reserveAcrossLots, type ReserveInput } from './reserve.ts'
export { creditRoutes } from './routes.ts'
export { settle } from './settle.ts'
export { coverFromFirstLots, holdAccepted, readBalance } from './sql.ts'
export { CREDITS_MAX, type Balance, type Settlement } from './model.ts'
