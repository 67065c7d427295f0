/** What every server has in common that the tests start for themselves and put away again. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { rmSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { join } from 'node:path'

const STOP_MS_MAX = 10_000
const LOG_LINES = 30

export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const { port } = probe.address() as AddressInfo
  probe.close()
  await once(probe, 'close')
  return port
}

/** Resolves when the server says so. What it writes later is read and dropped, so it never blocks. */
export async function untilReady(server: ChildProcess, sentence: string): Promise<void> {
  const lines: string[] = []
  await new Promise<void>((resolve, reject) => {
    server.on('error', reject)
    server.on('exit', (code) => reject(new Error(`the server ended with code ${code}: ${lines.join(' / ')}`)))
    for (const stream of [server.stdout, server.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        if (lines.length < LOG_LINES) lines.push(...text.trim().split('\n'))
        if (text.toLowerCase().includes(sentence)) resolve()
      })
    }
  })
}

/**
 * A process that waits for this one to end in any way at all, and then stops the server and removes
 * the folder. Signals can be handled here, but `kill -9` and a crash cannot. The server is told by the
 * process id it has written into its folder, in case the number belongs to somebody else by then.
 */
export function guard(server: ChildProcess, folder: string, pidFile: string, signal: 'QUIT' | 'TERM'): () => void {
  const script = `read _; [ "$(head -n 1 "$3" 2>/dev/null)" = "$1" ] && kill -${signal} "$1"; rm -rf "$2"`
  const watcher = spawn('sh', ['-c', script, 'guard', String(server.pid), folder, join(folder, pidFile)], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  })
  watcher.unref()
  return () => watcher.kill('SIGKILL')
}

/** Asks it to end, forces it when it takes too long, and removes its folder. */
export async function stopServer(server: ChildProcess, folder: string, release: () => void, signals: { ask: NodeJS.Signals; force: NodeJS.Signals }): Promise<void> {
  if (server.exitCode === null && server.signalCode === null) {
    const gone = once(server, 'exit')
    server.kill(signals.ask)
    const impatient = setTimeout(() => server.kill(signals.force), STOP_MS_MAX)
    await gone
    clearTimeout(impatient)
  }
  rmSync(folder, { recursive: true, force: true })
  release()
}
