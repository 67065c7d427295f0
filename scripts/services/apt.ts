import { spawn, spawnSync } from 'node:child_process'

const PROGRESS_SECONDS = 10
const OUTPUT_CHARACTERS = 600

/**
 * Installs Debian packages, and says in words why when it cannot. Only as root, and never when
 * TEST_INSTALL=never. The services the packages bring are not started: the tests run their own.
 */
export async function installPackages(packages: readonly string[], log: (line: string) => void): Promise<string | undefined> {
  if (process.env['TEST_INSTALL'] === 'never') return 'TEST_INSTALL=never forbids installing it'
  if (process.getuid?.() !== 0) return 'installing it needs root'
  if (spawnSync('apt-get', ['--version'], { stdio: 'ignore' }).status !== 0) return 'there is no apt-get to install it with'
  log(`Installing ${packages.join(', ')} with apt-get.`)
  return (
    (await apt(['update'], log)) ?? (await apt(['install', '--yes', '--no-install-recommends', ...packages], log))
  )
}

async function apt(args: readonly string[], log: (line: string) => void): Promise<string | undefined> {
  const started = Date.now()
  const child = spawn('apt-get', ['--quiet', '-o', 'DPkg::Lock::Timeout=120', ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    // RUNLEVEL=1 is how Debian's packages are told not to start what they install.
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' },
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (output = (output + text).slice(-OUTPUT_CHARACTERS)))
  }
  const progress = setInterval(
    () => log(`  apt-get ${args[0] ?? ''}, ${Math.round((Date.now() - started) / 1_000)} s`),
    PROGRESS_SECONDS * 1_000,
  )
  const code = await new Promise<number | null>((resolve) => {
    child.on('error', () => resolve(null)).on('close', resolve)
  })
  clearInterval(progress)
  return code === 0 ? undefined : `apt-get ${args[0] ?? ''} failed (code ${code}): ${output.trim().split('\n').slice(-3).join(' / ')}`
}
