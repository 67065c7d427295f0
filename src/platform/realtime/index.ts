/** Realtime: hints that something changed, to watchers in every process. The rows they point to are what counts. */
export { type Hint, Realtime } from './realtime.ts'
