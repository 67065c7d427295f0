/** The command line as a shell would start it: the real process. */
import { execFile } from 'node:child_process'

const ENTRY = new URL('../../src/cli/cooly.ts', import.meta.url).pathname

export interface Run {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** Sees nothing of this process's environment but the PATH. */
export function cooly(env: Record<string, string>, ...args: string[]): Promise<Run> {
  return new Promise((resolve) => {
    execFile(process.execPath, [ENTRY, ...args], { env: { PATH: process.env['PATH'], NODE_ENV: 'test', ...env } }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr })
    })
  })
}
