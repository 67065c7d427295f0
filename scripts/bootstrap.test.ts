import assert from 'node:assert/strict'
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'

// The bootstrap in a checkout of its own, whose one entry reports what reaches it.
const scripts = fileURLToPath(new URL('.', import.meta.url))
const stopper = `
  let seen = 0
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(name, () => { seen += 1; console.log(name, seen) })
  process.on('SIGUSR2', () => process.exit(3))
  setInterval(() => {}, 60_000)
  console.log('ready', process.pid)`
let checkout: string

before(() => {
  checkout = mkdtempSync(join(tmpdir(), 'cooly-bootstrap-'))
  for (const part of ['bootstrap.mjs', 'bootstrap', 'process-lock.mjs']) {
    cpSync(join(scripts, part), join(checkout, 'scripts', part), { recursive: true })
  }
  put('package.json', '{ "type": "module" }')
  put('package-lock.json', '{ "packages": { "": {}, "node_modules/a": { "version": "1.0.0" } } }')
  put('node_modules/a/package.json', '{}')
  put('node_modules/.package-lock.json', '{ "packages": { "node_modules/a": { "version": "1.0.0" } } }')
  put('scripts/echo.ts', 'console.log(JSON.stringify(process.argv.slice(2) as string[]))\nprocess.exitCode = 9')
  put('scripts/stopper.ts', stopper)
})
after(() => rmSync(checkout, { recursive: true, force: true }))

test('the entry gets the arguments as they were, and its exit code comes out', async () => {
  const child = bootstrap('echo', 'a', 'b c', '--flag')
  const lines = linesOf(child)
  assert.equal(await next(lines), '["a","b c","--flag"]')
  assert.deepEqual(await once(child, 'exit'), [9, null])
})

test('an entry that does not exist, or lies elsewhere, is refused', async () => {
  for (const name of ['nothing-here', '../secret', 'Echo']) {
    assert.deepEqual(await once(bootstrap(name), 'exit'), [2, null], name)
  }
})

test('what is installed as the lock file says is stamped, not installed again', async () => {
  rmSync(join(checkout, 'node_modules/.lock-stamp'), { force: true })
  await once(bootstrap('echo'), 'exit')
  const stamp = readFileSync(join(checkout, 'node_modules/.lock-stamp'), 'utf8')
  assert.match(stamp, /^[0-9a-f]{64}$/)
  assert.ok(existsSync(join(checkout, 'node_modules/a/package.json')))
})

test('a signal sent to the bootstrap alone reaches the entry, which decides when to end', async () => {
  const child = bootstrap('stopper')
  const lines = linesOf(child)
  const id = await readyId(lines)
  child.kill('SIGTERM')
  assert.equal(await next(lines), 'SIGTERM 1')
  assert.equal(child.exitCode, null)
  process.kill(id, 'SIGUSR2')
  assert.deepEqual(await once(child, 'exit'), [3, null])
})

test('an entry killed from outside ends the bootstrap with the code a shell would give', async () => {
  const child = bootstrap('stopper')
  process.kill(await readyId(linesOf(child)), 'SIGKILL')
  assert.deepEqual(await once(child, 'exit'), [128 + 9, null])
})

test('an entry whose starter has vanished is asked to stop, once', { skip: process.platform === 'win32' }, async () => {
  // A shell that, like npm's under SIGTERM, dies without a word to its child.
  const script = `"${process.execPath}" scripts/bootstrap.mjs stopper & wait`
  const shell = spawn('sh', ['-c', script], { cwd: checkout, stdio: ['ignore', 'pipe', 'inherit'] })
  const lines = linesOf(shell)
  const id = await readyId(lines)
  shell.kill('SIGKILL')
  assert.equal(await next(lines), 'SIGTERM 1')
  process.kill(id, 'SIGUSR2')
  assert.equal((await lines.next()).done, true)
})

function put(path: string, text: string): void {
  mkdirSync(dirname(join(checkout, path)), { recursive: true })
  writeFileSync(join(checkout, path), text)
}

function bootstrap(...args: readonly string[]): ChildProcess {
  return spawn(process.execPath, ['scripts/bootstrap.mjs', ...args], { cwd: checkout, stdio: ['ignore', 'pipe', 'ignore'] })
}

function linesOf(child: ChildProcess): AsyncIterator<string> {
  assert.ok(child.stdout)
  return createInterface({ input: child.stdout })[Symbol.asyncIterator]()
}

async function next(lines: AsyncIterator<string>): Promise<string> {
  const { value, done } = await lines.next()
  assert.notEqual(done, true, 'the output ended early')
  return value as string
}

async function readyId(lines: AsyncIterator<string>): Promise<number> {
  const line = await next(lines)
  assert.match(line, /^ready \d+$/)
  return Number(line.slice('ready '.length))
}
