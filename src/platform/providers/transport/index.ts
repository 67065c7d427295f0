/**
 * How adapters speak HTTP with a vendor: one request that is never repeated, failures that say
 * whether it can have been sent, and outputs fetched within limits.
 */
export { exchange, type Answer, type Exchange } from './exchange.ts'
export { readLifeNotice, type LifeNotice } from './life-notice.ts'
export { openOutput, OUTPUT_BYTES_MAX, VIDEO_BYTES_MAX, type OutputSource } from './open-output.ts'
export { postJson, type JsonAnswer, type JsonPost } from './post-json.ts'
export { retryAfterSeconds, toldToWaitSeconds } from './retry-after.ts'
