import { join } from 'node:path'
import { run } from 'node:test'

const FILE_MS_MAX = 120_000

export interface Verdict {
  /** The first test that failed: its file, its title and why. Undefined when all passed. */
  readonly caughtBy: { readonly file: string; readonly title: string; readonly reason: string } | undefined
  readonly passed: number
}

/** Runs test files of a tree, each in its own process, until one test fails; of them the tests that are titled so. */
export async function runTests(tree: string, files: readonly string[], titled?: string): Promise<Verdict> {
  const stop = new AbortController()
  const events = run({
    files: files.map((file) => join(tree, file)), cwd: tree, concurrency: 1, timeout: FILE_MS_MAX, signal: stop.signal,
    ...(titled === undefined ? {} : { testNamePatterns: [titled] }),
  })
  let caughtBy: Verdict['caughtBy']
  let passed = 0
  events.on('test:pass', ({ details }) => {
    if (details.type !== 'suite') passed += 1
  })
  events.on('test:fail', ({ name, file, details }) => {
    const { failureType, cause } = details.error as Error & { failureType?: string; cause?: unknown }
    if (failureType === 'subtestsFailed' || caughtBy !== undefined) return
    caughtBy = { file: (file ?? '').slice(tree.length + 1), title: name, reason: firstLine(cause) }
    stop.abort()
  })
  for await (const _ of events) continue
  return { caughtBy, passed }
}

function firstLine(cause: unknown): string {
  const text = cause instanceof Error ? (cause.cause instanceof Error ? cause.cause.message : cause.message) : String(cause)
  return text.split('\n', 1)[0]!.slice(0, 160)
}
