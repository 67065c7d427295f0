/**
 * Named places at which a test may kill or fail a process, to prove that nothing is lost there.
 *
 * Nothing is armed unless the settings say so, and production refuses that setting.
 */
type Action = 'kill9' | 'throw'

interface Armed {
  readonly action: Action
  /** Fires at this pass, counting from 1. */
  readonly at: number
  passes: number
}

const armed = new Map<string, Armed>()

/** Arms from `name=kill9@3,other=throw`. Throws on anything it cannot read, so a misspelt fault never counts as survived. */
export function armFailpoints(specification: string): void {
  armed.clear()
  for (const part of specification.split(',').filter((text) => text !== '')) {
    const match = /^([a-z]+\.[a-z_]+)=(kill9|throw)(?:@(\d+))?$/.exec(part.trim())
    if (match === null) throw new Error(`no failpoint can be read from "${part}"`)
    armed.set(match[1]!, { action: match[2] as Action, at: Number(match[3] ?? 1), passes: 0 })
  }
}

export function failpoint(name: string): void {
  const point = armed.get(name)
  if (point === undefined) return
  point.passes += 1
  if (point.passes !== point.at) return
  if (point.action === 'throw') throw new Error(`failpoint ${name}`)
  process.kill(process.pid, 'SIGKILL')
  // The signal is on its way; nothing of ours may run meanwhile.
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)
}
