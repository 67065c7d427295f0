/**
 * Accounts: people, how they sign in, and the account each of them has.
 *
 * Sign-up, sign-in and sessions are better-auth's; telling who a request comes from is ours, because it happens on every one. An account exists from
 * the moment its person does.
 */
export { openAuth, SESSION_COOKIE } from './auth.ts'
export { changePlan } from './change-plan.ts'
export { changeRole } from './change-role.ts'
export { EmailTaken, LastAdmin, TooManyTries, UnfitPassword, WrongCredentials } from './errors.ts'
export { Identifier } from './identify.ts'
export { OPERATOR_HEADER, operatorActor, OperatorKey } from './operator-key.ts'
export { accountRoutes } from './routes.ts'
export { demoPerson, seed, type Seeded } from './seed.ts'
