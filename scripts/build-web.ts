/**
 * Builds the web app when its sources changed since the last build: `node scripts/build-web.ts`.
 * Prints one line per step on stdout; ends with code 0, or 1 with the end of the build's output.
 */
import { spawn, type ChildProcess } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, globSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { lockProcess } from './process-lock.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const web = join(root, 'web')
const stampPath = join(web, '.next/.build-stamp')
const lockPath = join(root, 'node_modules/.cache/cooly/build-web.lock') // The build empties .next itself.

const PROGRESS_SECONDS = 5
const TAIL_LINES = 60

/**
 * Leaves a finished build of the sources as they are now in `web/.next`, or throws with the end of
 * the build's output. Safe to repeat, and safe beside another process doing the same: the second
 * waits, then finds the build done. An aborted build leaves no stamp, so it is never taken for one.
 */
export async function buildWeb({ log, signal }: { log: (line: string) => void; signal?: AbortSignal }): Promise<void> {
  if (isBuilt(hashOfSources())) return log('The web app is built and current.')
  const unlock = await lockProcess(lockPath, {
    onWait: (owner) => log(`Waiting for process ${owner}, which is building the web app.`),
    ...(signal === undefined ? {} : { signal }),
  })
  try {
    const wanted = hashOfSources() // Again: what was waited for may have built just this.
    if (isBuilt(wanted)) return log('The web app is built and current.')
    rmSync(stampPath, { force: true })
    const seconds = await runNext(log, signal)
    writeFileSync(stampPath, wanted)
    log(`The web app is built (${seconds} s).`)
  } finally {
    unlock()
  }
}

function isBuilt(wanted: string): boolean {
  if (!existsSync(stampPath) || !existsSync(join(web, '.next/BUILD_ID'))) return false
  return readFileSync(stampPath, 'utf8') === wanted
}

/** Everything that goes into a build, by content. `next-env.d.ts` is written by the build itself. */
function hashOfSources(): string {
  const hash = createHash('sha256').update(readFileSync(join(root, 'package-lock.json')))
  for (const name of Object.keys(process.env).filter(isBakedIn).toSorted()) hash.update(`\0${name}=${process.env[name] ?? ''}`)
  const files = globSync('**/*', {
    cwd: web,
    withFileTypes: true,
    exclude: (entry) => entry.name === 'node_modules' || entry.name === '.next',
  })
    .filter((entry) => entry.isFile() && !isLeftOut(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
  for (const file of files.toSorted()) {
    hash.update(`\0${file.slice(web.length)}\0`).update(readFileSync(file))
  }
  return hash.digest('hex')
}

/** Variables whose values at build time become part of the output. */
function isBakedIn(name: string): boolean {
  return name === 'COOLY_API_URL' || name.startsWith('NEXT_PUBLIC_')
}

function isLeftOut(name: string): boolean {
  return /\.test\.tsx?$/.test(name) || name === 'next-env.d.ts' || name.endsWith('.tsbuildinfo')
}

async function runNext(log: (line: string) => void, signal?: AbortSignal): Promise<number> {
  const started = Date.now()
  const seconds = () => Math.round((Date.now() - started) / 1_000)
  log('Building the web app (only when it changed; up to a minute).')
  const child = spawn(process.execPath, [nextProgram(), 'build', web], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NEXT_TELEMETRY_DISABLED: '1', NODE_ENV: 'production' },
  })
  const kill = () => child.kill() // And then waited for: the lock must outlive the last write.
  signal?.addEventListener('abort', kill)
  const tail = keepTail(child)
  const progress = setInterval(() => log(`Building the web app, ${seconds()} s`), PROGRESS_SECONDS * 1_000)
  try {
    const code = await new Promise<number | null>((resolve, reject) => child.on('error', reject).on('close', resolve))
    if (code !== 0) throw new Error(`the build ended with code ${code}:\n${tail.join('\n')}`)
  } finally {
    clearInterval(progress)
    signal?.removeEventListener('abort', kill)
  }
  return seconds()
}

function nextProgram(): string {
  return createRequire(join(web, 'package.json')).resolve('next/dist/bin/next')
}

function keepTail(child: ChildProcess): string[] {
  const lines: string[] = []
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      lines.push(...text.split('\n').filter((line) => line.trim() !== ''))
      lines.splice(0, lines.length - TAIL_LINES)
    })
  }
  return lines
}

if (import.meta.main) {
  const stop = new AbortController()
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => stop.abort())
  try {
    await buildWeb({ log: (line) => console.log(line), signal: stop.signal })
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    console.error(`The web app was not built: ${stop.signal.aborted ? 'stopped' : reason}`)
    process.exitCode = 1
  }
}
