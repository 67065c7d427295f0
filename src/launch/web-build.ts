/** Builds the web app beside the running server, when it changed since the last build. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { constants, setPriority } from 'node:os'
import { createInterface } from 'node:readline'

const SCRIPT = new URL('../../scripts/build-web.ts', import.meta.url).pathname
export const WEB_DIRECTORY = new URL('../../web', import.meta.url).pathname

export interface WebBuild {
  /** The directory with the finished build. Rejects with what went wrong. */
  readonly ready: Promise<string>
  /** Ends a build that nobody waits for any more. */
  stop(): void
}

/** Starts the build and reports each step in words. A current build is ready at once. */
export function buildWeb(onStep: (line: string) => void): WebBuild {
  const child = spawn(process.execPath, [SCRIPT], { stdio: ['ignore', 'pipe', 'pipe'], detached: true })
  lowerPriority(child)
  const complaints: string[] = []
  createInterface({ input: child.stdout }).on('line', onStep)
  createInterface({ input: child.stderr }).on('line', (line) => complaints.push(line))
  const ready = once(child, 'exit').then(([code]) => {
    if (code !== 0) throw new Error(`the web app could not be built:\n${complaints.slice(-40).join('\n')}`)
    return WEB_DIRECTORY
  })
  ready.catch(() => undefined)
  return { ready, stop: () => void child.kill('SIGTERM') }
}

/** Because the server beside it answers already. Whoever builds without one has nothing to spare the processor for. */
function lowerPriority(child: ChildProcess): void {
  try {
    if (child.pid !== undefined) setPriority(child.pid, constants.priority.PRIORITY_BELOW_NORMAL)
  } catch {
    // Not allowed here, or already gone. The build then merely competes with the server.
  }
}
