import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { installPackages } from './apt.ts'
import { findOnPath } from './find-program.ts'
import { freePort, guard, stopServer, untilReady } from './own-server.ts'
import type { Service } from './port.ts'

const PROGRAMS = ['redis-server', 'valkey-server']

/**
 * A Redis for the tests. REDIS_URL wins and is left alone but for the keys under the tests' own prefixes. Otherwise one is started on a free port of
 * 127.0.0.1, keeps nothing on disk, and is gone again at the end, however this process ends.
 */
export async function openRedis(log: (line: string) => void): Promise<Service> {
  const name = 'Redis'
  const given = process.env['REDIS_URL']
  if (given !== undefined && given !== '') return { name, value: given, note: 'the one of REDIS_URL', close: async () => {} }
  let program = findOnPath(PROGRAMS)
  if (program === undefined) {
    const reason = await installPackages(['redis-server'], log)
    if (reason !== undefined) return { name, missing: `no redis-server found, REDIS_URL is not set, and ${reason}` }
    program = findOnPath(PROGRAMS)
  }
  if (program === undefined) return { name, missing: 'no redis-server found, not even after installing it' }
  try {
    const { url, close } = await startRedis({ program })
    return { name, value: url, note: `${program} at ${url}`, close }
  } catch (error) {
    return { name, missing: `it did not start: ${error instanceof Error ? error.message : String(error)}` }
  }
}

export interface OwnRedis {
  readonly url: string
  readonly port: number
  close(): Promise<void>
}

/** A server of the caller's own, on a free port unless told. Undefined where there is no program for it. */
export async function startOwnRedis(options: { port?: number; policy?: string } = {}): Promise<OwnRedis | undefined> {
  const program = findOnPath(PROGRAMS)
  return program === undefined ? undefined : startRedis({ program, ...options })
}

async function startRedis({ program, port, policy = 'noeviction' }: { program: string; port?: number; policy?: string }): Promise<OwnRedis> {
  const folder = mkdtempSync(join(tmpdir(), 'cooly-redis-'))
  try {
    const own = port ?? (await freePort())
    const server = spawn(program, serverArguments(folder, own, policy), {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'ignore'],
      detached: true, // Ctrl-C must not reach it before the tests have let go of it.
    })
    const release = guard(server, folder, 'redis.pid', 'TERM')
    await untilReady(server, 'ready to accept connections')
    const close = () => stopServer(server, folder, release, { ask: 'SIGTERM', force: 'SIGKILL' })
    return { url: `redis://127.0.0.1:${own}`, port: own, close }
  } catch (error) {
    rmSync(folder, { recursive: true, force: true })
    throw error
  }
}

function serverArguments(folder: string, port: number, policy: string): string[] {
  const settings = { bind: '127.0.0.1', port, save: '', appendonly: 'no', dir: folder, pidfile: join(folder, 'redis.pid'), 'maxmemory-policy': policy }
  return Object.entries(settings).flatMap(([key, value]) => [`--${key}`, String(value)])
}
