import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { DataDirectoryInUse } from './errors.ts'

/**
 * Takes the directory for this process alone and returns the way to give it back.
 *
 * The lock is a file beside the directory that names the owner. A lock whose owner is dead is taken over, so a
 * crash needs no repair by hand. The owner is known by pid and start time, because after a reboot (or in a fresh
 * container) the same pid is somebody else.
 */
export function lockDirectory(directory: string): () => void {
  const path = `${directory}.lock`
  mkdirSync(dirname(path), { recursive: true })
  const mine = JSON.stringify({ pid: process.pid, startedAt: startOf(process.pid) })
  for (let attempt = 0; attempt < 3; attempt += 1) {
    try {
      writeFileSync(path, mine, { flag: 'wx' })
      return () => rmSync(path, { force: true })
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    }
    const owner = readOwner(path)
    if (owner !== undefined && isAlive(owner)) throw new DataDirectoryInUse({ directory, pid: owner.pid })
    rmSync(path, { force: true })
  }
  throw new Error(`the lock ${path} cannot be taken`)
}

interface Owner {
  readonly pid: number
  readonly startedAt: string | null
}

function readOwner(path: string): Owner | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Owner
  } catch {
    return undefined
  }
}

function isAlive(owner: Owner): boolean {
  // In a container the pid is often 1 again; a lock that names ourselves was left by an earlier life.
  if (owner.pid === process.pid) return owner.startedAt === startOf(process.pid)
  try {
    process.kill(owner.pid, 0)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false
  }
  return owner.startedAt === null || owner.startedAt === startOf(owner.pid)
}

/** When the process started, in clock ticks since boot plus the boot's id; null where /proc does not tell. */
function startOf(pid: number): string | null {
  try {
    const afterName = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1) ?? ''
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
    return `${boot}:${afterName.split(' ')[19]}`
  } catch {
    return null
  }
}
