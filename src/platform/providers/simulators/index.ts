/**
 * All simulated vendors in one program, on one port: what `cooly simulate` runs, what stands in for every
 * provider without a key, and what tests and other people's CI may talk to.
 */
export { Dice, readDice } from '../simulation/index.ts'
export { startSimulators, type Simulators, type SimulatorsOptions } from './start-simulators.ts'
