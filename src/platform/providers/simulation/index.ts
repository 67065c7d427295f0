/**
 * What every simulated vendor shares: the faults that a prompt may ask for, a vendor's sense of
 * time, and its sense of decency. Nothing here is ever reached by a call to a real vendor.
 */
export { type Chance, Dice, readDice } from './dice.ts'
export { readDirectives, type Directives, type FaultName } from './directives.ts'
export { flawedBytes, flawOf, sendFlawed, type Flaw } from './hostile.ts'
export { identify, type Caller } from './identify.ts'
export { Journal } from './journal.ts'
export { latencyOf, pause, videoLatencyOf } from './latency.ts'
export { lookAtPictures, UnusablePicture, type PictureRules } from './look-at-pictures.ts'
export { isObjectionable } from './moderation.ts'
export { PictureDesk, type PictureFormat } from './picture-desk.ts'
export { readBody } from './read-body.ts'
export { SimulatedRefusal } from './refusal.ts'
export { openRuns } from './open-runs.ts'
export { progressOf, Runs, type Run, type RunCounts, type RunEnd } from './runs.ts'
export { sendResult } from './send-result.ts'
export { serveVendors, type SimulatedVendor, type SimulatorServer } from './serve.ts'
export { Tally, type TallyReport } from './tally.ts'
