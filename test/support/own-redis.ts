/** A Redis that a test may stop, restart and misconfigure, beside the one that all share. */
export { type OwnRedis, startOwnRedis } from '../../scripts/services/redis.ts'
