/**
 * The outbox: a message is written in the transaction of the change it tells of, and leaves afterwards.
 *
 * So there is never a message without its change or a change without its message.
 */
export { Relay } from './relay.ts'
export { countPending, deletePublished, insertMessage } from './sql.ts'
