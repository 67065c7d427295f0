import { spawn, spawnSync } from 'node:child_process'
import { chownSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { installPackages } from './apt.ts'
import { findNewest, findOnPath } from './find-program.ts'
import { freePort, guard, stopServer, untilReady } from './own-server.ts'
import type { Service } from './port.ts'

/**
 * A Postgres for the tests. DATABASE_URL wins and is left alone but for the databases the tests create.
 * Otherwise a fresh cluster is made in a temporary folder, on a free port of 127.0.0.1, and is gone again at
 * the end, however this process ends. Tests take it without the guarantees a disk gives; benchmarks ask for `durable`.
 */
export async function openPostgres(log: (line: string) => void, { durable = false } = {}): Promise<Service> {
  const name = 'Postgres'
  const given = process.env['DATABASE_URL']
  if (given !== undefined && given !== '') {
    return { name, value: given, note: 'the one of DATABASE_URL', close: async () => {} }
  }
  let initdb = findInitdb()
  if (initdb === undefined) {
    const reason = await installPackages(['postgresql'], log)
    if (reason !== undefined) return { name, missing: `no initdb found, DATABASE_URL is not set, and ${reason}` }
    initdb = findInitdb()
  }
  if (initdb === undefined) return { name, missing: 'no initdb found, not even after installing postgresql' }
  try {
    return await startCluster(name, dirname(initdb), durable)
  } catch (error) {
    return { name, missing: `it did not start: ${error instanceof Error ? error.message : String(error)}` }
  }
}

function findInitdb(): string | undefined {
  return findNewest('/usr/lib/postgresql/*/bin/initdb') ?? findOnPath(['initdb'])
}

interface Owner {
  readonly uid: number
  readonly gid: number
}

async function startCluster(name: string, binaries: string, durable: boolean): Promise<Service> {
  const folder = mkdtempSync(join(tmpdir(), 'cooly-pg-'))
  const owner = ownerOfCluster()
  try {
    if (owner !== undefined) chownSync(folder, owner.uid, owner.gid)
    initialise(binaries, folder, owner)
    const port = await freePort()
    const server = spawn(join(binaries, 'postgres'), serverArguments(folder, port, durable), {
      cwd: folder,
      stdio: ['ignore', 'ignore', 'pipe'],
      detached: true, // Ctrl-C must not reach it before the tests have let go of it.
      ...owner,
    })
    const release = guard(server, folder, 'data/postmaster.pid', 'QUIT')
    await untilReady(server, 'ready to accept connections')
    // Fast shutdown: open connections are closed, not waited for.
    const close = () => stopServer(server, folder, release, { ask: 'SIGINT', force: 'SIGQUIT' })
    const url = `postgres://postgres@127.0.0.1:${port}/postgres`
    return { name, value: url, note: `${join(binaries, 'postgres')} on port ${port}`, close }
  } catch (error) {
    rmSync(folder, { recursive: true, force: true })
    throw error
  }
}

/** Postgres refuses to run as root, so root runs it as `postgres`, or else as the user with no rights. */
function ownerOfCluster(): Owner | undefined {
  if (process.getuid?.() !== 0) return undefined
  const user = ['postgres', 'nobody'].find((user) => spawnSync('id', [user], { stdio: 'ignore' }).status === 0) ?? 'nobody'
  const idOf = (flag: string) => Number(spawnSync('id', [flag, user], { encoding: 'utf8' }).stdout)
  return { uid: idOf('-u'), gid: idOf('-g') }
}

function initialise(binaries: string, folder: string, owner: Owner | undefined): void {
  const locale = process.platform === 'linux' ? 'C.UTF-8' : 'en_US.UTF-8'
  const { status, stderr, error } = spawnSync(
    join(binaries, 'initdb'),
    ['--pgdata', join(folder, 'data'), '--username=postgres', '--auth=trust', '--encoding=UTF8', `--locale=${locale}`, '--no-sync'],
    { cwd: folder, encoding: 'utf8', ...owner },
  )
  if (status !== 0) throw new Error(`initdb failed: ${error?.message ?? stderr.trim()}`)
}

function serverArguments(folder: string, port: number, durable: boolean): string[] {
  const settings = {
    listen_addresses: '127.0.0.1',
    port,
    unix_socket_directories: folder,
    max_connections: 200,
    ...(durable ? { shared_buffers: '512MB', max_wal_size: '4GB' } : { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }),
    lc_messages: 'C', // So that the line that says it is ready reads the same everywhere.
  }
  return ['-D', join(folder, 'data'), ...Object.entries(settings).flatMap(([key, value]) => ['-c', `${key}=${value}`])]
}
