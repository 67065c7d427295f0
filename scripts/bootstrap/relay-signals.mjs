import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

const PARENT_POLL_MS = 500
const BURST_MS = 1_000
const STOP_MS_MAX = 60_000

/**
 * Passes stop signals on to the child, each request once. Returns a function that ends the relay and
 * tells whether a stop was asked for.
 *
 * The caller stays until the child has ended, so that nothing is left behind; a child that has not
 * ended a minute after the first request is killed.
 *
 * Three deliveries have to be told apart.
 * - A signal sent to this process alone is passed on.
 * - Ctrl-C and a closed terminal reach the whole process group, the child included. Passing them on
 *   would make one key press look like two, and a server takes the second as "stop draining".
 * - `npm` under SIGTERM ends its shell, which tells nobody. The only trace is a new parent process.
 *
 * Supervisors that signal every process of a group or unit still cause a pair within milliseconds,
 * which cannot be seen from here. So entries take stop signals within a second as one.
 */
export function relaySignals(child) {
  const parentId = process.ppid
  const hadTerminal = [process.stdin, process.stdout, process.stderr].some((stream) => stream.isTTY === true)
  let stopAskedAt
  let lastResort

  const ask = (signal, childHasItAlready) => {
    const repeated = stopAskedAt !== undefined && Date.now() - stopAskedAt < BURST_MS
    if (!repeated && !childHasItAlready) child.kill(signal)
    stopAskedAt = Date.now()
    lastResort ??= setTimeout(() => child.kill('SIGKILL'), STOP_MS_MAX).unref()
  }
  const handlers = {
    SIGINT: () => ask('SIGINT', reachesGroup()),
    SIGHUP: () => ask('SIGHUP', hadTerminal),
    SIGTERM: () => ask('SIGTERM', false),
  }
  for (const [signal, handler] of Object.entries(handlers)) process.on(signal, handler)
  const poll = setInterval(() => {
    if (process.ppid !== parentId && stopAskedAt === undefined) ask('SIGTERM', false)
  }, PARENT_POLL_MS).unref()

  return () => {
    clearInterval(poll)
    clearTimeout(lastResort)
    for (const [signal, handler] of Object.entries(handlers)) process.off(signal, handler)
    return stopAskedAt !== undefined
  }
}

/**
 * Whether an interrupt now most likely came from the keyboard: we are the terminal's foreground group,
 * and the child is in that group with us. A console on Windows tells all its processes, always.
 */
function reachesGroup() {
  if (process.platform === 'win32') return true
  const { group, foreground } = process.platform === 'linux' ? groupsFromProc() : groupsFromPs()
  return group > 0 && group === foreground
}

function groupsFromProc() {
  const stat = readFileSync('/proc/self/stat', 'utf8')
  const [, , group, , , foreground] = stat.slice(stat.lastIndexOf(')') + 2).split(' ') // After "pid (name) ".
  return { group: Number(group), foreground: Number(foreground) }
}

function groupsFromPs() {
  const { stdout } = spawnSync('ps', ['-o', 'pgid=,tpgid=', '-p', String(process.pid)], { encoding: 'utf8' })
  const [group, foreground] = (stdout ?? '').trim().split(/\s+/)
  return { group: Number(group), foreground: Number(foreground) }
}
