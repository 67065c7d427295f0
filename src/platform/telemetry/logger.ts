import pino, { type DestinationStream, type Logger as PinoLogger } from 'pino'
import { redact } from './redact.ts'

export type Logger = PinoLogger
export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'silent'

export interface LoggerOptions {
  readonly level: LogLevel
  /** One JSON object a line for machines, or coloured lines for a person at a terminal. */
  readonly format: 'json' | 'pretty'
  /** Fields that every line carries, such as the role. */
  readonly fields?: Record<string, string>
  /** Where lines go; the standard output unless told. */
  readonly destination?: DestinationStream
}

/**
 * Opens the process's logger. Values under secret-looking keys never reach a line, at any depth.
 *
 * Lines are written synchronously and in this process, not through a worker: the last line before an
 * exit or a crash is the one that is needed most.
 */
export async function openLogger(options: LoggerOptions): Promise<Logger> {
  const destination = options.destination ?? pino.destination({ dest: 1, sync: true })
  const stream = options.format === 'pretty' ? await prettyStream(options.destination) : destination
  return redactChildren(buildLogger(options, stream))
}

/** A logger that says nothing, for tests and for programs that speak on the standard output themselves. */
export function silentLogger(): Logger {
  return pino({ level: 'silent' })
}

function buildLogger(options: LoggerOptions, stream: DestinationStream): Logger {
  return pino(
    {
      level: options.level,
      base: options.fields ?? {},
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: {
        level: (label) => ({ level: label }),
        log: (record) => redact(record) as Record<string, unknown>,
      },
      serializers: { err: serializeError, error: serializeError },
    },
    stream,
  )
}

/** pino formats the fields of a child without the root's formatters; children of children inherit this. */
function redactChildren(logger: Logger): Logger {
  const child = logger.child
  logger.child = function (this: Logger, bindings: object, options?: object) {
    return child.call(this, redact(bindings), options)
  } as typeof logger.child
  return logger
}

function serializeError(error: unknown): unknown {
  return error instanceof Error ? redact({ ...pino.stdSerializers.err(error) }) : error
}

async function prettyStream(destination: DestinationStream | undefined): Promise<DestinationStream> {
  const { default: pretty } = await import('pino-pretty')
  return pretty({
    sync: true,
    colorize: destination === undefined && process.stdout.isTTY === true,
    translateTime: 'HH:MM:ss.l',
    ignore: 'pid,hostname',
    ...(destination === undefined ? {} : { destination: destination as NodeJS.WritableStream & DestinationStream }),
  })
}
