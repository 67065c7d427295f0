/** The product as processes, for tests that kill them. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'

const MAIN = new URL('../../src/main.ts', import.meta.url).pathname

export class ServerProcess {
  readonly child: ChildProcess
  readonly #exited: Promise<[number | null, NodeJS.Signals | null]>
  #output = ''

  constructor(env: Record<string, string>, args: readonly string[] = []) {
    this.child = spawn(process.execPath, [MAIN, ...args], {
      env: { PATH: process.env['PATH'], NODE_ENV: 'test', PORT: '0', COOLY_WEB: 'false', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    this.#exited = once(this.child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>
    for (const stream of [this.child.stdout!, this.child.stderr!]) {
      stream.setEncoding('utf8').on('data', (text: string) => (this.#output += text))
    }
  }

  get output(): string {
    return this.#output
  }

  get isAlive(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null
  }

  /** The address it listens on, once it says that it is ready. Rejects when it ends before. */
  async ready(): Promise<string> {
    for (;;) {
      const match = /Ready in [\d.]+ s(?:: (\S+))?/.exec(this.#output)
      if (match !== null) return match[1] ?? ''
      const ended = await Promise.race([once(this.child.stdout!, 'data').then(() => false), this.#exited.then(() => true)])
      if (ended) throw new Error(`the server ended before it was ready:\n${this.#output}`)
    }
  }

  /** How it ended. Waits for it. */
  exited(): Promise<[number | null, NodeJS.Signals | null]> {
    return this.#exited
  }

  /** Ends it if it still runs, and waits until it is gone. */
  async end(signal: NodeJS.Signals): Promise<[number | null, NodeJS.Signals | null]> {
    if (this.isAlive) this.child.kill(signal)
    return this.#exited
  }
}
