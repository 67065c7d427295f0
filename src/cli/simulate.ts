/**
 * The simulated vendor as a process of its own, so that drawing never takes time from a server.
 *
 * `node src/cli/simulate.ts --port 0 --host 127.0.0.1`, with `SIMULATOR_LATENCY_MS` for the time an
 * image takes and `SIMULATOR_PICTURES=plain` for load tests. Prints its address; started with an IPC
 * channel it also sends `{ ready: true, url }`, and it ends when that channel closes.
 */
import { parseArgs } from 'node:util'
import { startBytedanceSimulator } from '#platform/providers/bytedance/simulator'

const URL_TTL_SECONDS = 24 * 60 * 60

const { values } = parseArgs({
  options: { port: { type: 'string', default: '0' }, host: { type: 'string', default: '127.0.0.1' } },
})
const simulator = await startBytedanceSimulator({
  host: values.host,
  port: wholeNumber('--port', values.port) ?? 0,
  latencyMs: wholeNumber('SIMULATOR_LATENCY_MS', process.env['SIMULATOR_LATENCY_MS']),
  urlTtlSeconds: URL_TTL_SECONDS,
  pictures: process.env['SIMULATOR_PICTURES'] === 'plain' ? 'plain' : 'scenes',
})

process.stdout.write(`simulated ModelArk at ${simulator.url}/api/v3\n`)
process.once('SIGTERM', () => void stop())
process.once('SIGINT', () => void stop())
if (process.send !== undefined) {
  process.once('disconnect', () => void stop())
  process.send({ ready: true, url: simulator.url })
}

async function stop(): Promise<void> {
  await simulator.close()
  process.exit(0)
}

function wholeNumber(name: string, text: string | undefined): number | undefined {
  if (text === undefined || text === '') return undefined
  if (/^\d{1,9}$/.test(text)) return Number(text)
  process.stderr.write(`${name} is not a whole number: ${text}\n`)
  process.exit(2)
}
