/**
 * `npm run check`: types of both packages and lint, side by side; with `--all` the tests as well.
 * Runs everything before it reports, and ends with code 1 when anything failed.
 */
import { spawn } from 'node:child_process'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const require = createRequire(import.meta.url)

interface Step {
  readonly name: string
  readonly program: string
  readonly args: readonly string[]
}

const steps: readonly Step[] = [
  { name: 'types', program: programOf('typescript', 'tsc'), args: ['-p', '.'] },
  { name: 'types of web', program: programOf('typescript', 'tsc'), args: ['-p', 'web', '--noEmit'] },
  { name: 'lint', program: programOf('oxlint', 'oxlint'), args: ['--deny-warnings'] },
]

const results = await Promise.all(steps.map(runStep))
const failed = results.filter((result) => !result.passed).map((result) => result.name)
if (process.argv.includes('--all') && !(await runTests())) failed.push('tests')
if (failed.length > 0) console.error(`Failed: ${failed.join(', ')}.`)
process.exitCode = failed.length > 0 ? 1 : 0

/** A tool's own program, so that no shell and no `.cmd` file stands in between. */
function programOf(packageName: string, binary: string): string {
  const manifest = require.resolve(`${packageName}/package.json`)
  const { bin } = require(manifest) as { bin: string | Record<string, string> }
  const path = typeof bin === 'string' ? bin : bin[binary]
  if (path === undefined) throw new Error(`${packageName} has no program ${binary}`)
  return join(dirname(manifest), path)
}

async function runStep({ name, program, args }: Step): Promise<{ name: string; passed: boolean }> {
  const started = Date.now()
  const child = spawn(process.execPath, [program, ...args], { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (output += text))
  }
  const code = await new Promise<number | null>((resolve, reject) => child.on('error', reject).on('close', resolve))
  const seconds = ((Date.now() - started) / 1_000).toFixed(1)
  console.log(`${code === 0 ? 'ok    ' : 'FAILED'} ${name} (${seconds} s)`)
  if (code !== 0) console.log(output.trimEnd())
  return { name, passed: code === 0 }
}

async function runTests(): Promise<boolean> {
  const child = spawn(process.execPath, [join(root, 'scripts/test.ts')], { cwd: root, stdio: 'inherit' })
  // Ctrl-C reaches the tests as well; staying until they have put everything away is all that is left to do.
  for (const signal of ['SIGINT', 'SIGHUP'] as const) process.on(signal, () => {})
  process.on('SIGTERM', () => child.kill('SIGTERM'))
  return (await new Promise<number | null>((resolve) => child.on('exit', resolve))) === 0
}
