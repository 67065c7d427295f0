/**
 * What calls to providers cost, and what was earned with them.
 *
 * Every call that was billed, or may have been, has one row in the log, written with the end of the call itself, so that no crash comes between. What is captured
 * for it is written by the transaction that settles. Prices are data with a start and never change; amounts are whole millionths of a dollar.
 */
export { billedFailures, type DeliveredCall, forgetCalls, logCalls, settleCalls } from './sql-log.ts'
export { type DayFigures, readReport, readToday } from './report.ts'
export { spendingRoutes } from './routes.ts'
