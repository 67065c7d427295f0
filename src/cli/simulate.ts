/**
 * The simulated vendors as a process of their own, so that drawing never takes time from a server.
 *
 * `node src/cli/simulate.ts --port 0 --host 127.0.0.1`. `SIMULATOR_LATENCY_MS` is the time that an image or a
 * video takes, `SIMULATOR_PICTURES=plain` draws nothing worth looking at, for load tests. `--videos-at-once`
 * and `--videos-queued` limit what ModelArk makes and lets wait; beyond that it answers 429. `--tasks FILE` keeps its
 * tasks over a restart. `--dice '429=5,lost-reply=0.5'` lets faults strike so many of a hundred calls by themselves, the same ones for the same
 * `--seed`. Prints where each vendor answers; started with an IPC channel it also sends
 * `{ ready: true, url }`, and it ends when that channel closes.
 */
import { parseArgs } from 'node:util'
import { Dice, readDice, startSimulators } from '#platform/providers/simulators'

const URL_TTL_SECONDS = 24 * 60 * 60

const text = { type: 'string' } as const
const { values } = parseArgs({
  options: { port: { ...text, default: '0' }, host: { ...text, default: '127.0.0.1' }, 'videos-at-once': text, 'videos-queued': text, tasks: text, dice: text, seed: text },
})
const simulators = await startSimulators({
  host: values.host,
  port: wholeNumber('--port', values.port) ?? 0,
  latencyMs: wholeNumber('SIMULATOR_LATENCY_MS', process.env['SIMULATOR_LATENCY_MS']),
  urlTtlSeconds: URL_TTL_SECONDS,
  pictures: process.env['SIMULATOR_PICTURES'] === 'plain' ? 'plain' : 'scenes',
  videosAtOnceMax: wholeNumber('--videos-at-once', values['videos-at-once']),
  tasksFile: values.tasks,
  dice: values.dice === undefined ? undefined : openDice(values.dice, wholeNumber('--seed', values.seed) ?? 1),
  videosQueuedMax: wholeNumber('--videos-queued', values['videos-queued']),
})

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

function openDice(text: string, seed: number): Dice {
  try {
    return new Dice(readDice(text), seed)
  } catch (error) {
    process.stderr.write(`--dice: ${(error as Error).message}\n`)
    process.exit(2)
  }
}

function wholeNumber(name: string, given: string | undefined): number | undefined {
  if (given === undefined || given === '') return undefined
  if (/^\d{1,9}$/.test(given)) return Number(given)
  process.stderr.write(`${name} is not a whole number: ${given}\n`)
  process.exit(2)
}
