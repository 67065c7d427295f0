/**
 * Generations: from the request to the last picture.
 *
 * A request is accepted in one transaction with its hold and its message, or refused with nothing left behind. Work on it survives the
 * death of any process: only the holder of the newest lease token writes, and what was got from a provider is never asked for
 * again. A video is made at the provider while nobody here works on it, and is asked after by whoever is there. It ends once, and then exactly what is stored is paid for. Its outputs are kept until
 * its owner deletes it, or for as long as the account's plan has it.
 */
export { GenerationDeleted, GenerationMissing, IdempotencyMismatch } from './errors.ts'
export { CallbackAddresses } from './callback-address.ts'
export { chargePolicies, type ChargePolicy } from './charge-policy.ts'
export { startCollecting } from './collect-answers.ts'
export { collectAllOutputs, type Collected } from './collect-outputs.ts'
export { generationInvariants } from './invariants.ts'
export { buryMessage, type PoisonMessage } from './bury-message.ts'
export { EndUsers } from './end-users.ts'
export { startEndingLifetimes } from './lifetimes.ts'
export { announce } from './live.ts'
export { namedPictures } from './named-pictures.ts'
export { consumeLane, type LaneConsumer } from './jobs.ts'
export { openMeter } from './meter.ts'
export { OperatorAlarm } from './operator-alarm.ts'
export type { MoveReason, Session, StoredInput } from './model.ts'
export { type DayOfHealth, type HealthWord, ProviderHealth, successRate } from './provider-health.ts'
export type { CallFigures, HealthHour, HealthRow } from './sql-health.ts'
export type { RetentionDays } from './retention.ts'
export { type KnownReach, type NewInput, reopen, type Reopened, type ReopenInput } from './reopen.ts'
export { blockOf, type Movable, type Refusal, Router, type RouterParts, type Verdict } from './router.ts'
export { startRoutingWaiting } from './route-waiting.ts'
export { generationRoutes } from './routes.ts'
export { resumeAll } from './sql-dispatch.ts'
export { countReopened } from './sql-reopen.ts'
export { countArrivals, type InHand, listInHand, readWaiting, type Waiting } from './sql-line.ts'
export { listNamedUploads, listOpen, readMedianMs } from './sql-sessions.ts'
export { sweepDeadlines } from './sweep.ts'
export { startSweepingVideos } from './sweep-videos.ts'
export { countOpenByModel, type OpenOfModel } from './sql-move.ts'
export { startEndingLeftBehind } from './sweep-left-behind.ts'
export { startMovingOn } from './sweep-unoffered.ts'
export { startSweeping } from './sweeping.ts'
