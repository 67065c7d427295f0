import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'

/**
 * The Node that runs our TypeScript: the pinned one when it works here, else the one that runs this
 * very process if it can strip types by itself (22.18 and later). Ends the process when neither can.
 */
export function findNode(root) {
  const pinned = join(root, 'node_modules/node/bin', process.platform === 'win32' ? 'node.exe' : 'node')
  if (existsSync(pinned) && (process.execPath === pinned || runs(pinned))) return { path: pinned, flags: [] }
  if (process.features.typescript === 'strip') {
    return { path: process.execPath, flags: ['--disable-warning=ExperimentalWarning'] }
  }
  console.error(
    [
      `cooly: this needs Node 24, and ${process.execPath} is ${process.version}.`,
      'The Node that belongs to this project was not installed. Run `npm rebuild node`,',
      'or install Node 24 yourself, and start again.',
    ].join('\n'),
  )
  process.exit(1)
}

/** A binary for another C library is there but cannot be executed, so being there is not enough. */
function runs(path) {
  return spawnSync(path, ['--version'], { stdio: 'ignore' }).status === 0
}
