#!/usr/bin/env node
/**
 * The way in on a fresh clone: `node scripts/bootstrap.mjs <entry> [arguments]`.
 *
 * It needs nothing but Node 20 and npm. It installs what the lock file says when that differs from
 * what is installed, finds the Node 24 that came with it, and runs the real entry on that. Plain
 * JavaScript on Node 18 syntax and `node:` modules only, because nothing else exists yet.
 */
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { constants } from 'node:os'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { findNode } from './bootstrap/find-node.mjs'
import { installIfNeeded } from './bootstrap/install.mjs'
import { relaySignals } from './bootstrap/relay-signals.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
/** The entry says how long it took to be ready, counted from here. */
const startedAt = String(Date.now())
const named = { start: 'src/main.ts', cooly: 'src/cli/cooly.ts', simulate: 'src/cli/simulate.ts' }

const [name = 'start', ...args] = process.argv.slice(2)
const entry = entryFor(name)
await installIfNeeded(root)
runEntry(findNode(root))

function entryFor(name) {
  const path = Object.hasOwn(named, name) ? named[name] : `scripts/${name}.ts`
  if (!/^[a-z][a-z0-9-]*$/.test(name) || !existsSync(join(root, path))) {
    console.error(`cooly: there is no "${name}" to run (looked for ${path}).`)
    process.exit(2)
  }
  return path
}

/** Becomes, as far as anyone outside can tell, the entry: same arguments, output, signals, exit code. */
function runEntry({ path, flags }) {
  const child = spawn(path, [...flags, join(root, entry), ...args], {
    cwd: root,
    stdio: 'inherit',
    env: withLocalBinaries(process.env),
  })
  relaySignals(child)
  child.on('exit', (code, signal) => process.exit(signal === null ? code : 128 + constants.signals[signal]))
  child.on('error', (error) => {
    console.error(`cooly: could not run ${path}: ${error.message}`)
    process.exit(1)
  })
}

function withLocalBinaries(environment) {
  const key = Object.keys(environment).find((name) => name.toUpperCase() === 'PATH') ?? 'PATH'
  const binaries = join(root, 'node_modules', '.bin')
  return { ...environment, BOOTSTRAP_STARTED_AT: startedAt, [key]: [binaries, environment[key]].filter(Boolean).join(delimiter) }
}
