import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { test } from 'node:test'
import { until } from '#test/generations'
import { startSimulator } from '../../src/launch/simulator-process.ts'

/** The processes that this one has started and that live. */
function children(): number[] {
  return readFileSync(`/proc/${process.pid}/task/${process.pid}/children`, 'utf8').split(' ').filter((id) => id !== '').map(Number)
}

async function started() {
  const died = Promise.withResolvers<void>()
  const before = new Set(children())
  const simulator = await startSimulator({ latencyMs: 0, tasksFolder: null, onRestart: () => died.resolve() })
  const [pid] = children().filter((id) => !before.has(id))
  return { simulator, kill: async () => { process.kill(pid!, 'SIGKILL'); await died.promise } }
}

const skip = process.platform !== 'linux' && 'it finds the process in /proc'

test('a simulator that dies is started again on its port, also when that is taken for a while', { skip }, async (t) => {
  const { simulator, kill } = await started()
  t.after(() => simulator.close())
  const squatter = createServer((socket) => socket.destroy())
  await kill()
  squatter.listen(Number(new URL(simulator.url).port), '127.0.0.1')
  await once(squatter, 'listening')
  await until(() => children().length > 0)
  await until(() => children().length === 0)
  await new Promise((resolve) => squatter.close(resolve))
  await until(() => fetch(simulator.url, { method: 'HEAD' }).then(() => true, () => false))
})

test('one that has been killed and is not there yet is closed at once, and does not come back', { skip }, async () => {
  const { simulator, kill } = await started()
  await kill()
  await simulator.close()
  assert.deepEqual(children(), [])
})
