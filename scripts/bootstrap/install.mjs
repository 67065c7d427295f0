import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, delimiter, join, sep } from 'node:path'
import { lockProcess } from '../process-lock.mjs'
import { relaySignals } from './relay-signals.mjs'

const PROGRESS_SECONDS = 5

/**
 * Makes `node_modules` what the lock file says; does nothing when it already is. Safe to repeat, and
 * safe beside another one on the same checkout: the second waits and then finds the work done.
 *
 * A stamp of contents decides, not file times, which every `git checkout` changes.
 */
export async function installIfNeeded(root) {
  const stampPath = join(root, 'node_modules/.lock-stamp')
  const wanted = stampOf(root)
  if (readIfAny(stampPath) === wanted) return

  // Outside the checkout, because an install begins by removing node_modules.
  const lockPath = join(tmpdir(), `cooly-install-${sha256([root]).slice(0, 16)}.lock`)
  const unlock = await lockProcess(lockPath, {
    onWait: (owner) => console.log(`Waiting for process ${owner}, which is installing the dependencies.`),
  })
  try {
    if (readIfAny(stampPath) === wanted) return
    if (!isInstalled(root)) await runInstall(root)
    writeFileSync(stampPath, wanted)
  } finally {
    unlock()
  }
}

function stampOf(root) {
  const { workspaces = [] } = readJson(join(root, 'package.json'))
  const files = ['package-lock.json', 'package.json', ...workspaces.map((name) => `${name}/package.json`)]
  return sha256([process.platform, process.arch, ...files.map((file) => readFileSync(join(root, file), 'utf8'))])
}

/**
 * Whether npm's own record of what it installed already agrees with the lock file. After a developer's
 * `npm install some-package` it does, and installing all again would pull the modules from under a
 * running server. Only optional packages (other platforms) may be absent.
 */
function isInstalled(root) {
  const record = readIfAny(join(root, 'node_modules/.package-lock.json'))
  if (record === undefined) return false
  const installed = JSON.parse(record).packages ?? {}
  return Object.entries(readJson(join(root, 'package-lock.json')).packages).every(([path, wanted]) => {
    if (!path.startsWith('node_modules/') && !path.includes('/node_modules/')) return true
    const found = installed[path]
    if (found === undefined) return wanted.optional === true || wanted.devOptional === true
    return found.version === wanted.version && found.integrity === wanted.integrity && existsSync(join(root, path))
  })
}

async function runInstall(root) {
  console.log('Installing the dependencies (only when they changed; about a minute).')
  const started = Date.now()
  const seconds = () => Math.round((Date.now() - started) / 1_000)
  const progress = setInterval(() => console.log(`  still installing, ${seconds()} s`), PROGRESS_SECONDS * 1_000)

  const child = spawnNpm(root, ['ci', '--no-audit', '--no-fund', '--loglevel=error'])
  const stopRelaying = relaySignals(child)
  const { code, signal } = await new Promise((resolve) => {
    child.on('error', (error) => {
      console.error(`cooly: could not run npm: ${error.message}`)
      resolve({ code: 1, signal: null })
    })
    child.on('exit', (code, signal) => resolve({ code, signal }))
  })
  clearInterval(progress)
  const interrupted = stopRelaying()
  if (code !== 0) {
    const how = signal === null ? `code ${code}` : signal
    console.error(`cooly: \`npm ci\` failed after ${seconds()} s (${how}). What npm said stands above.`)
    process.exit(code || 1)
  }
  if (interrupted) process.exit(130)
  console.log(`Installed in ${seconds()} s.`)
}

/**
 * npm must run on a Node outside `node_modules`: it is about to delete that one. Under `npm start`
 * the path of npm's program is known, which also avoids the shell that `npm.cmd` would need.
 */
function spawnNpm(root, args) {
  const inside = join(root, 'node_modules') + sep
  const folders = (process.env.PATH ?? '').split(delimiter).filter((folder) => !(folder + sep).startsWith(inside))
  const env = { ...process.env, PATH: folders.join(delimiter) }
  const options = { cwd: root, stdio: ['ignore', 'inherit', 'inherit'], env }
  const program = process.env.npm_execpath ?? ''
  if (basename(program) === 'npm-cli.js') return spawn(nodeOutside(inside, folders), [program, ...args], options)
  return spawn('npm', args, { ...options, shell: process.platform === 'win32' })
}

function nodeOutside(inside, folders) {
  if (!process.execPath.startsWith(inside)) return process.execPath
  const name = process.platform === 'win32' ? 'node.exe' : 'node'
  return folders.map((folder) => join(folder, name)).find((path) => existsSync(path)) ?? process.execPath
}

function sha256(parts) {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part).update('\0')
  return hash.digest('hex')
}

function readJson(path) {
  return JSON.parse(readFileSync(path, 'utf8'))
}

function readIfAny(path) {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}
