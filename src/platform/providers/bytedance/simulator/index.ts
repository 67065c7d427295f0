/**
 * ModelArk's wire protocol for images and videos, spoken by a simulator: the same checks, refusals, faults,
 * queues, callbacks and addresses that expire, with drawn pictures and encoded clips for results. It counts
 * what the vendor would have billed.
 */
export {
  bytedanceSimulator,
  startBytedanceSimulator,
  type BytedanceSimulator,
  type BytedanceSimulatorOptions,
  type BytedanceStats,
  type BytedanceVendor,
} from '../simulator-server.ts'
