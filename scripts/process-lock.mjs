// Plain JavaScript on Node 18 syntax: the bootstrap imports it before anything is installed.
import { mkdirSync, openSync, closeSync, readFileSync, rmSync, statSync, utimesSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'

const BEAT_MS = 2_000
const SILENT_MS_MAX = 30_000
const LOOK_AGAIN_MS = 250

/**
 * Waits until this process alone holds the lock file, and returns the function that lets go.
 *
 * The file holds the owner's process id and is touched every two seconds. It is taken over when the
 * owner is dead, or has been silent for half a minute: after a restart of a container the same id
 * usually belongs to somebody else. Not re-entrant. `onWait` is told once, with the owner's id; `signal`
 * ends the waiting, not the lock.
 */
export async function lockProcess(path, { onWait = () => {}, signal } = {}) {
  mkdirSync(dirname(path), { recursive: true })
  let told = false
  while (!create(path)) {
    const owner = readOwner(path)
    if (owner === undefined || isGone(path, owner)) {
      if (takeOver(path, owner)) break
    } else if (!told) {
      told = true
      onWait(owner)
    }
    await delay(LOOK_AGAIN_MS, undefined, { signal })
  }
  const beat = setInterval(() => touch(path), BEAT_MS)
  beat.unref()
  return () => {
    clearInterval(beat)
    if (readOwner(path) === process.pid) rmSync(path, { force: true })
  }
}

/** Exclusive creation is the one step that decides; everything else only tidies up after the dead. */
function create(path) {
  try {
    const file = openSync(path, 'wx')
    writeSync(file, String(process.pid))
    closeSync(file)
    return true
  } catch (error) {
    if (error.code === 'EEXIST') return false
    throw error
  }
}

/**
 * Removing a dead lock is itself guarded: two waiters that both saw the dead owner would otherwise
 * remove each other's fresh lock. A guard left behind by a crash is swept after half a minute.
 */
function takeOver(path, ownerSeen) {
  const guard = `${path}.takeover`
  if (!create(guard)) {
    if (ageMs(guard) > SILENT_MS_MAX) rmSync(guard, { force: true })
    return false
  }
  try {
    if (readOwner(path) !== ownerSeen) return false
    if (ownerSeen !== undefined && !isGone(path, ownerSeen)) return false
    if (ownerSeen === undefined && ageMs(path) < BEAT_MS) return false // Just created, not yet written.
    rmSync(path, { force: true })
    return create(path)
  } finally {
    rmSync(guard, { force: true })
  }
}

function readOwner(path) {
  try {
    const owner = Number(readFileSync(path, 'utf8'))
    return Number.isInteger(owner) && owner > 0 ? owner : undefined
  } catch {
    return undefined
  }
}

function isGone(path, owner) {
  if (owner === process.pid) return true // Not re-entrant, so this is an earlier process of that id.
  return !isAlive(owner) || ageMs(path) > SILENT_MS_MAX
}

function isAlive(processId) {
  try {
    process.kill(processId, 0)
    return true
  } catch (error) {
    return error.code === 'EPERM'
  }
}

function ageMs(path) {
  try {
    return Date.now() - statSync(path).mtimeMs
  } catch {
    return Number.POSITIVE_INFINITY
  }
}

function touch(path) {
  try {
    if (readOwner(path) === process.pid) utimesSync(path, new Date(), new Date())
  } catch {
    // The folder was removed under us (a fresh install does that). There is nothing left to hold.
  }
}
