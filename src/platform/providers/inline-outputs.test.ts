import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { after, test } from 'node:test'
import { openStorage } from '#platform/storage'
import { InlineOutputs, type InlineStore } from './inline-outputs.ts'

const folder = await mkdtemp(join(tmpdir(), 'inline-outputs-'))
after(() => rm(folder, { recursive: true, force: true }))

const down: InlineStore = {
  put: (_key, body) => {
    body.destroy()
    return Promise.reject(new Error('no space'))
  },
  open: () => Promise.reject(new Error('down')),
  delete: () => Promise.reject(new Error('down')),
}

async function read(outputs: InlineOutputs, url: string): Promise<string> {
  return String(await buffer((await outputs.open(url, null)).body))
}

test('the storage of the house keeps them: another process opens what this one was sent', async () => {
  const storage = await openStorage({ directory: folder })
  const url = await new InlineOutputs({ store: storage }).keep('acme', Buffer.from('bytes'), 'png')
  const other = new InlineOutputs({ store: storage })
  assert.equal(await read(other, url), 'bytes')
  await other.discard(url)
  await assert.rejects(read(new InlineOutputs({ store: storage }), url), { reason: 'output_gone' })
})

test('a store that is down costs nothing that was paid for, while the process lives', async () => {
  const errors: unknown[] = []
  const outputs = new InlineOutputs({ store: down, onUnkept: (error) => errors.push(error) })
  const url = await outputs.keep('acme', Buffer.from('bytes'), 'png')
  assert.equal(await read(outputs, url), 'bytes')
  assert.equal(errors.length, 1)
})

test('beyond the limit of memory the oldest go first, and those that are nowhere else last', async () => {
  const kept = new Map<string, true>()
  let works = false
  const store: InlineStore = {
    put: async (key, body) => {
      await buffer(body)
      if (!works) throw new Error('down')
      kept.set(key, true)
    },
    open: () => Promise.reject(new Error('asked the store')),
    delete: () => Promise.resolve(),
  }
  const outputs = new InlineOutputs({ store, memoryBytesMax: 10 })
  const only = await outputs.keep('acme', Buffer.from('only!'), 'png')
  works = true
  const older = await outputs.keep('acme', Buffer.from('older'), 'png')
  const newer = await outputs.keep('acme', Buffer.from('newer'), 'png')
  assert.deepEqual([await read(outputs, only), await read(outputs, newer)], ['only!', 'newer'])
  await assert.rejects(read(outputs, older), /asked the store/)
})

test('an address that was not made here opens nothing', async () => {
  const outputs = new InlineOutputs({ store: down })
  for (const url of ['inline:generations/1/0', 'file:///etc/passwd', 'https://example.com/x']) await assert.rejects(outputs.open(url, null), { reason: 'bad_output' })
})
