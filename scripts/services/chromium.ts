import { spawnSync } from 'node:child_process'
import { installPackages } from './apt.ts'
import { findOnPath } from './find-program.ts'
import type { Service } from './port.ts'

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']
const MAC_PATH = '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome'
const VERSION_MS_MAX = 30_000

/** Finds a Chromium (CHROMIUM_PATH wins), installs one where that is possible, and checks that it runs. */
export async function openChromium(log: (line: string) => void): Promise<Service> {
  const name = 'Chromium'
  const asked = process.env['CHROMIUM_PATH']
  let path = asked ?? findOnPath(NAMES) ?? (process.platform === 'darwin' ? MAC_PATH : undefined)
  if (path === undefined) {
    const reason = await installPackages(['chromium'], log)
    if (reason !== undefined) return { name, missing: `no Chromium on the PATH, and ${reason}` }
    path = findOnPath(NAMES)
  }
  if (path === undefined) return { name, missing: 'no Chromium on the PATH, not even after installing it' }

  const { status, stdout, error } = spawnSync(path, ['--version'], { encoding: 'utf8', timeout: VERSION_MS_MAX })
  if (status !== 0) return { name, missing: `${path} does not run: ${error?.message ?? `code ${status}`}` }
  return { name, value: path, note: `${stdout.trim()} at ${path}`, close: async () => {} }
}
