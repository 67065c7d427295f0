/**
 * What providers may be asked at the moment: a limit on calls at a time, pauses, and a breaker, each the same for every process.
 *
 * Everything stands in the database and is decided there: a call begins only together with its slot, in one statement, so a limit of three is never four. A provider
 * without limit that answers costs a look at one row. A worker that dies gives its slots back when its lease lapses.
 */
export { callOutcome, type CallEffect, effectOf, type EndedCall, gateOfCall, openGates, outcomeValues, SLOT_SECONDS } from './gate.ts'
export { changeLimit, limitFromSettings, pauseProvider, resumeProvider } from './control.ts'
export { ProviderMissing } from './errors.ts'
export type { Blocked, ProviderState } from './model.ts'
export { listProviders } from './sql.ts'
