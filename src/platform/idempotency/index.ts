/**
 * Idempotency: what a client may repeat without fear.
 *
 * The first answer to an `Idempotency-Key` is kept for 24 hours, written in the transaction that had the effect: there is never an effect without
 * its answer, nor an answer without its effect. A refusal keeps nothing, and its key is free again. Keys belong to an account.
 */
export { answerOnce } from './answer-once.ts'
export { IdempotencyInFlight, IdempotencyMismatch } from './errors.ts'
export { forgetAnswers, startForgettingAnswers } from './forget-answers.ts'
export type { KeyedRequest, StoredAnswer } from './sql.ts'
