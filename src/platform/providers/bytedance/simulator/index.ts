/**
 * Seedream's wire protocol, spoken by a simulator: the same checks, refusals, faults, pauses and
 * addresses that expire, with drawn pictures for results. It counts what the vendor would have billed.
 */
export { startBytedanceSimulator, type BytedanceSimulator, type BytedanceSimulatorOptions } from '../simulator-server.ts'
