/**
 * Worker processes and the lanes they serve: each process keeps a row that says what it is and how it fares, and reads what operators decided.
 *
 * A decision holds from its commit: a stopped lane or worker takes nothing more, whatever the process has heard by then. What runs goes on.
 */
export { changeConcurrency, drainWorker, pauseLane, resumeLane } from './control.ts'
export { LaneMissing, WorkerMissing } from './errors.ts'
export type { LaneControl, LaneOrders, Orders, StartRates, Worker } from './model.ts'
export { type LaneFigures, Monitor, type MonitorParts } from './monitor.ts'
export { ORDERS_TOPIC, Registration, type RegistrationParts } from './registration.ts'
export { StartMeter } from './start-meter.ts'
export { deleteGone, isOnlyWorker, listLaneControls, listWorkers, lostWorkers, readStartRate, workerMayTake } from './sql.ts'
