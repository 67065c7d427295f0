/**
 * Named places at which a test may kill or fail a process, to prove that nothing is lost there.
 *
 * Nothing is armed unless the settings say so, and production refuses that setting.
 */
type Action = 'kill9' | 'throw' | 'stall'

interface Armed {
  readonly action: Action
  /** Fires at this pass, counting from 1. */
  readonly at: number
  /** How long a stall lasts. */
  readonly ms: number
  passes: number
}

const armed = new Map<string, Armed>()

/** Arms from `name=kill9@3,other=throw,third=stall:45000` (milliseconds in which the whole process stands still). Throws on anything it cannot read, so a misspelt fault never counts as survived. */
export function armFailpoints(specification: string): void {
  armed.clear()
  for (const part of specification.split(',').filter((text) => text !== '')) {
    const match = /^([a-z]+\.[a-z_]+)=(kill9|throw|stall:(\d{1,6}))(?:@(\d+))?$/.exec(part.trim())
    if (match === null) throw new Error(`no failpoint can be read from "${part}"`)
    const action = match[2]!.split(':', 1)[0] as Action
    armed.set(match[1]!, { action, at: Number(match[4] ?? 1), ms: Number(match[3] ?? 0), passes: 0 })
  }
}

export function failpoint(name: string): void {
  const point = armed.get(name)
  if (point === undefined) return
  point.passes += 1
  if (point.passes !== point.at) return
  if (point.action === 'throw') throw new Error(`failpoint ${name}`)
  if (point.action === 'stall') return standStill(point.ms)
  process.kill(process.pid, 'SIGKILL')
  // The signal is on its way; nothing of ours may run meanwhile.
  standStill(Infinity)
}

/** Blocks the thread: no timer, no answer and no beat of it comes through, as when a process is frozen or swapped out. */
function standStill(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms)
}
