/**
 * Gemini's interactions and files, and Veo's operations in both dialects, spoken by a simulator: the same
 * checks, refusals and faults, with encoded clips for results.
 */
export { googleSimulator, type GoogleSimulator, type GoogleSimulatorOptions } from '../simulator-vendor.ts'
