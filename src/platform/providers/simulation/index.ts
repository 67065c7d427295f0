/**
 * What every simulated vendor shares: the faults that a prompt may ask for, a vendor's sense of
 * time, and its sense of decency. Nothing here is ever reached by a call to a real vendor.
 */
export { readDirectives, type Directives, type FaultName } from './directives.ts'
export { latencyOf, pause } from './latency.ts'
export { isObjectionable } from './moderation.ts'
export { Tally, type TallyReport } from './tally.ts'
