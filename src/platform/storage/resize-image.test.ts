import assert from 'node:assert/strict'
import { Readable } from 'node:stream'
import { test } from 'node:test'
import sharp from 'sharp'
import { resizeImage } from './resize-image.ts'

const picture = await sharp({ create: { width: 600, height: 300, channels: 3, background: '#884422' } }).jpeg().toBuffer()

test('a preview is a WebP of the asked width and the same proportions', async () => {
  const { format, width, height } = await sharp(await resizeImage(Readable.from([picture]), 200)).metadata()
  assert.deepEqual([format, width, height], ['webp', 200, 100])
})

test('an image is never enlarged', async () => {
  assert.equal((await sharp(await resizeImage(picture, 2048)).metadata()).width, 600)
})

test('bytes that are no image are refused', async () => {
  await assert.rejects(resizeImage(Buffer.from('<html></html>'), 200))
})
