/**
 * The operator's hand: reads over all domains, and changes that leave a trail.
 *
 * Every change names who did it and why, and has its entry in the audit log in the same transaction. The log cannot be edited. What an
 * operator may not do to an account (touch what is held, make a debt) is refused by the domain that owns it.
 */
export { changeCredits, type ChangedCredits, type CreditChange } from './change-credits.ts'
export { BalanceTooLarge, UnfitExpiry, UserMissing } from './errors.ts'
export { auditInvariants, books } from './invariants.ts'
export { answerCheck, LifeNotices, startAnsweringChecks, startDailyChecks } from './check-models.ts'
export { modelRoutes } from './model-routes.ts'
export { operationRoutes, workerView } from './operation-routes.ts'
export { deadLetterRoutes } from './dead-letter-routes.ts'
export { giveOrder, type Order } from './orders.ts'
export { routingRoutes } from './routing-routes.ts'
export { adminRoutes, REASON_LENGTH_MAX } from './routes.ts'
export { getHolder } from './sql.ts'
export type { Because, Holder } from './model.ts'
