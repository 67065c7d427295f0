/**
 * Telemetry: what the process tells its operator.
 *
 * A logger that writes one line per event and keeps secrets out of all of them, and a metrics registry
 * per running app. Neither opens a connection: lines go to the standard output, metrics are read over HTTP.
 */
export { openLogger, silentLogger, type Logger, type LoggerOptions, type LogLevel } from './logger.ts'
export { openMetrics, type Metrics } from './metrics.ts'
