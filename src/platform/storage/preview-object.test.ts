import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { after, test } from 'node:test'
import sharp from 'sharp'
import { openStorage } from './index.ts'
import { previewObject } from './preview-object.ts'

const directory = await mkdtemp(join(tmpdir(), 'cooly-preview-'))
after(() => rm(directory, { recursive: true }))
const storage = await openStorage({ directory })
const picture = await sharp({ create: { width: 600, height: 300, channels: 3, background: '#884422' } }).png().toBuffer()
for (const key of ['a/large', 'b/other']) await storage.put(key, Readable.from([picture]), { maxBytes: 1_000_000 })
const staying = new AbortController().signal

test('whoever asks for many previews at once has two made at a time, and holds up nobody else', async () => {
  const go = Promise.withResolvers<void>()
  let [open, most] = [0, 0]
  const slow = Object.assign(Object.create(storage), {
    open: async (key: string) => {
      open += 1
      most = Math.max(most, open)
      await go.promise
      open -= 1
      return storage.open(key)
    },
  }) as typeof storage
  const many = Array.from({ length: 20 }, (_, index) => previewObject(slow, { key: 'a/large' }, { width: 64 + index, owner: 'a', signal: staying }))
  const other = await previewObject(storage, { key: 'b/other', bytes: picture.length }, { width: 100, owner: 'b', signal: staying })
  assert.equal((await sharp(other!).metadata()).width, 100)
  assert.equal(most, 2)
  go.resolve()
  assert.equal((await Promise.all(many)).length, 20)
  assert.equal(most, 2)
})

test('nothing is opened for one who has left the line', async () => {
  assert.equal(await previewObject(storage, { key: 'a/nowhere' }, { width: 64, owner: 'a', signal: AbortSignal.abort() }), null)
})
