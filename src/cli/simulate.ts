/**
 * The simulated vendors as a process of their own, so that drawing never takes time from a server.
 *
 * `node src/cli/simulate.ts --port 0 --host 127.0.0.1`. `SIMULATOR_LATENCY_MS` is the time that an image or a
 * video takes, `SIMULATOR_PICTURES=plain` draws nothing worth looking at, for load tests. `--videos-at-once`
 * and `--videos-queued` limit what ModelArk makes and lets wait; beyond that it answers 429. `--tasks FOLDER` keeps the
 * tasks of all over a restart. `--dice '429=5,lost-reply=0.5'` lets faults strike so many of a hundred calls by themselves, the same ones for the same
 * `--seed`. `--help` says the same in short. Prints where each vendor answers; started with an IPC channel it also sends
 * `{ ready: true, url }`, and it ends when that channel closes.
 */
import { mkdirSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { Dice, readDice, startSimulators } from '#platform/providers/simulators'
import { isPortTaken } from '../launch/port-taken.ts'

const URL_TTL_SECONDS = 24 * 60 * 60

const text = { type: 'string' } as const
const options = {
  port: { ...text, default: '0' }, host: { ...text, default: '127.0.0.1' }, 'videos-at-once': text, 'videos-queued': text, tasks: text, dice: text, seed: text,
  help: { type: 'boolean', short: 'h' },
} as const
const HELP = `The simulated providers, each below one address: npm run simulate -- --port 4010

Options
  --port <number>            where to listen; a free port unless told
  --host <address>           the loopback address unless told
  --videos-at-once <number>  so many videos ModelArk makes at a time, the others wait
  --videos-queued <number>   ModelArk refuses with 429 when more would wait
  --dice <faults>            faults strike so many of a hundred calls: '429=5,lost-reply=0.5,poll-500@1=3'
  --seed <number>            the same seed and the same calls meet the same faults
  --tasks <folder>           videos survive a restart: what is made, and what was
  --help                     this page

SIMULATOR_LATENCY_MS and SIMULATOR_PICTURES, and what a prompt may ask for: docs/reference/simulators.md
`

const values = readOptions()
if (values.help === true) {
  process.stdout.write(HELP)
  process.exit(0)
}
const simulators = await startSimulators({
  host: values.host,
  port: wholeNumber('--port', values.port) ?? 0,
  latencyMs: wholeNumber('SIMULATOR_LATENCY_MS', process.env['SIMULATOR_LATENCY_MS']),
  urlTtlSeconds: URL_TTL_SECONDS,
  pictures: process.env['SIMULATOR_PICTURES'] === 'plain' ? 'plain' : 'scenes',
  videosAtOnceMax: wholeNumber('--videos-at-once', values['videos-at-once']),
  tasksFolder: values.tasks === undefined ? undefined : openFolder(values.tasks),
  dice: values.dice === undefined ? undefined : openDice(values.dice, wholeNumber('--seed', values.seed) ?? 1),
  videosQueuedMax: wholeNumber('--videos-queued', values['videos-queued']),
}).catch((error: unknown) => end(isPortTaken(error) ? 4 : 70, isPortTaken(error) ? `Port ${error.port} is taken.` : String(error instanceof Error ? error.stack : error)))

for (const [title, baseUrl] of Object.entries(simulators.baseUrls)) process.stdout.write(`simulated ${title} at ${baseUrl}\n`)
process.once('SIGTERM', () => void stop())
process.once('SIGINT', () => void stop())
if (process.send !== undefined) {
  process.once('disconnect', () => void stop())
  process.send({ ready: true, url: simulators.url })
}

async function stop(): Promise<void> {
  await simulators.close()
  process.exit(0)
}

function readOptions() {
  try {
    return parseArgs({ options }).values
  } catch (error) {
    return end(2, `${(error as Error).message}\nSee: npm run simulate -- --help`)
  }
}

function openFolder(path: string): string {
  try {
    mkdirSync(path, { recursive: true })
    return path
  } catch (error) {
    return end(2, `--tasks: ${(error as Error).message}`)
  }
}

function openDice(text: string, seed: number): Dice {
  try {
    return new Dice(readDice(text), seed)
  } catch (error) {
    return end(2, `--dice: ${(error as Error).message}`)
  }
}

function end(code: number, message: string): never {
  process.stderr.write(`${message}\n`)
  process.exit(code)
}

function wholeNumber(name: string, given: string | undefined): number | undefined {
  if (given === undefined || given === '') return undefined
  if (/^\d{1,9}$/.test(given)) return Number(given)
  return end(2, `${name} is not a whole number: ${given}`)
}
