import { cpSync, mkdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../architecture/source-files.ts'

const COPIED = ['src', 'test', 'scripts', 'migrations', 'bench', 'docs', 'package.json', 'openapi.json', 'tsconfig.json']

/** A copy of what tests of the server read, beside the checkout's installed packages. */
export function copyTree(target: string): void {
  mkdirSync(target, { recursive: true })
  for (const name of COPIED) cpSync(join(root, name), join(target, name), { recursive: true })
  symlinkSync(join(root, 'node_modules'), join(target, 'node_modules'))
}
