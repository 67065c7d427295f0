import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { lockProcess } from './process-lock.mjs'

const folder = mkdtempSync(join(tmpdir(), 'cooly-lock-'))
const module = new URL('./process-lock.mjs', import.meta.url).href
after(() => rmSync(folder, { recursive: true, force: true }))

test('of many processes one at a time holds the lock', async () => {
  const path = join(folder, 'crowd.lock')
  const diary = join(folder, 'diary')
  const script = `
    import { appendFileSync } from 'node:fs'
    import { lockProcess } from '${module}'
    const unlock = await lockProcess(${JSON.stringify(path)})
    appendFileSync(${JSON.stringify(diary)}, 'in ' + process.pid + '\\n')
    await new Promise(setImmediate)
    appendFileSync(${JSON.stringify(diary)}, 'out ' + process.pid + '\\n')
    unlock()`
  writeFileSync(path, String(deadProcess())) // And all of them find a dead owner first.
  const crowd = Array.from({ length: 6 }, () => spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: 'inherit' }))
  for (const [code] of await Promise.all(crowd.map((child) => once(child, 'exit')))) assert.equal(code, 0)

  const entries = readFileSync(diary, 'utf8').trim().split('\n')
  assert.equal(entries.length, 12)
  for (let index = 0; index < entries.length; index += 2) {
    assert.equal(entries[index + 1], entries[index]?.replace('in', 'out'))
  }
  assert.equal(existsSync(path), false)
})

test('the lock of a dead owner is taken over', async () => {
  const path = join(folder, 'dead.lock')
  writeFileSync(path, String(deadProcess()))
  const unlock = await lockProcess(path)
  assert.equal(readFileSync(path, 'utf8'), String(process.pid))
  unlock()
  assert.equal(existsSync(path), false)
})

test('the lock of an id that lives but has long been silent is taken over', async () => {
  const path = join(folder, 'silent.lock')
  writeFileSync(path, String(process.ppid))
  utimesSync(path, 0, 0)
  const unlock = await lockProcess(path)
  unlock()
})

test('a living owner is waited for and named, and the waiting can be ended', async () => {
  const path = join(folder, 'living.lock')
  writeFileSync(path, String(process.ppid))
  const stop = new AbortController()
  const waiting = lockProcess(path, {
    onWait: (owner) => {
      assert.equal(owner, process.ppid)
      stop.abort()
    },
    signal: stop.signal,
  })
  await assert.rejects(waiting, { name: 'AbortError' })
  assert.equal(readFileSync(path, 'utf8'), String(process.ppid))
})

function deadProcess(): number {
  return spawnSync(process.execPath, ['--version']).pid
}
