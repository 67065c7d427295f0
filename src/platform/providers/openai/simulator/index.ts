/**
 * The vendor's wire protocol for images and videos, spoken by a simulator: the same checks, refusals
 * and faults, with drawn pictures and encoded clips for results.
 */
export { openaiSimulator, type OpenaiSimulator, type OpenaiSimulatorOptions } from '../simulator-vendor.ts'
