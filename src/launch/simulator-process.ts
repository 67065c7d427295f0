/** The simulated providers, in a process of their own: drawing pictures must not hold up the server. */
import { type ChildProcess, fork } from 'node:child_process'

export interface SimulatorProcess {
  readonly url: string
  close(): Promise<void>
}

export interface SimulatorOptions {
  readonly latencyMs: number | null
  /** Where it keeps videos that are being made, so that a restart forgets none, as a vendor would not. Null keeps them in memory. */
  readonly tasksFolder: string | null
  readonly onRestart: (code: number | null) => void
}

const ENTRY = new URL('../cli/simulate.ts', import.meta.url)
const RESTART_MS = 500

/**
 * Starts the simulator on a free port of this machine. It ends with this process, however that ends; when it dies alone it
 * is started again on the same port.
 */
export async function startSimulator(options: SimulatorOptions): Promise<SimulatorProcess> {
  let child: ChildProcess
  let closing = false
  const start = async (port: number): Promise<string> => {
    const latency = options.latencyMs === null ? {} : { SIMULATOR_LATENCY_MS: String(options.latencyMs) }
    const tasks = options.tasksFolder === null ? [] : ['--tasks', options.tasksFolder]
    child = fork(ENTRY, ['--port', String(port), '--host', '127.0.0.1', ...tasks], {
      // Ctrl-C reaches the whole group; the simulator stays until its parent has drained.
      detached: true,
      env: latency,
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    })
    const url = await readiness(child)
    child.once('exit', (code) => {
      if (closing) return
      options.onRestart(code)
      startAgain(Number(new URL(url).port))
    })
    return url
  }
  /** Until it is there: its port may be somebody else's for a moment, or its folder full. Work that finds it away is tried again as well. */
  const startAgain = (port: number): void => {
    setTimeout(() => {
      if (!closing) start(port).catch(() => startAgain(port))
    }, RESTART_MS)
  }
  const url = await start(0)
  return {
    url,
    close: async () => {
      closing = true
      if (child.exitCode !== null || child.signalCode !== null) return
      const ended = Promise.withResolvers<void>()
      child.once('exit', () => ended.resolve())
      child.kill('SIGTERM')
      await ended.promise
    },
  }
}

function readiness(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    child.once('message', (message: { url: string }) => resolve(message.url))
    child.once('exit', (code) => reject(new Error(`the simulator ended with ${code} before it was ready`)))
    child.once('error', reject)
  })
}
