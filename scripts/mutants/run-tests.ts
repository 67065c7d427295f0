import { join } from 'node:path'
import { run } from 'node:test'

const FILE_MS_MAX = 120_000

export interface Verdict {
  /** The first test that failed: its file, its title and why. Undefined when all passed. */
  readonly caughtBy: { readonly file: string; readonly title: string; readonly reason: string } | undefined
  readonly passed: number
}

/**
 * Runs test files of a tree, each in its own process, one after the other until one has a test that fails; of them the tests that are titled so. A file
 * is let run to its end, so that it puts its databases away.
 */
export async function runTests(tree: string, files: readonly string[], titled?: string): Promise<Verdict> {
  let passed = 0
  for (const file of files) {
    const verdict = await runFile(tree, file, titled)
    passed += verdict.passed
    if (verdict.caughtBy !== undefined) return { caughtBy: verdict.caughtBy, passed }
  }
  return { caughtBy: undefined, passed }
}

async function runFile(tree: string, file: string, titled: string | undefined): Promise<Verdict> {
  const names = titled === undefined ? {} : { testNamePatterns: [titled] }
  const events = run({ files: [join(tree, file)], cwd: tree, timeout: FILE_MS_MAX, ...names })
  let caughtBy: Verdict['caughtBy']
  let passed = 0
  events.on('test:pass', ({ details }) => {
    if (details.type !== 'suite') passed += 1
  })
  events.on('test:fail', ({ name, details }) => {
    const { failureType, cause } = details.error as Error & { failureType?: string; cause?: unknown }
    if (failureType !== 'subtestsFailed') caughtBy ??= { file, title: name, reason: firstLine(cause) }
  })
  for await (const _ of events) continue
  return { caughtBy, passed }
}

function firstLine(cause: unknown): string {
  const text = cause instanceof Error ? (cause.cause instanceof Error ? cause.cause.message : cause.message) : String(cause)
  return text.split('\n', 1)[0]!.slice(0, 160)
}
