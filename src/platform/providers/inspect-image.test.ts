import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { test } from 'node:test'
import sharp from 'sharp'
import { inspectImage } from './inspect-image.ts'

const picture = sharp({ create: { width: 60, height: 40, channels: 3, background: '#884422' } })
const BAD = { reason: 'bad_output' }

for (const format of ['jpeg', 'png', 'webp'] as const) {
  test(`a ${format} is known by its bytes, from a buffer, a stream or a file`, async () => {
    const bytes = await picture.clone().toFormat(format).toBuffer()
    const directory = await mkdtemp(join(tmpdir(), 'cooly-inspect-'))
    try {
      await writeFile(join(directory, 'x.bin'), bytes)
      for (const source of [bytes, Readable.from([bytes]), join(directory, 'x.bin')]) {
        assert.deepEqual(await inspectImage(source), { contentType: `image/${format}`, width: 60, height: 40 })
      }
    } finally {
      await rm(directory, { recursive: true })
    }
  })
}

test('a page, a drawing, nothing, and another format are refused', async () => {
  const gif = await picture.clone().gif().toBuffer()
  for (const bytes of [Buffer.from('<html>'), Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'), Buffer.alloc(0), gif]) {
    await assert.rejects(inspectImage(bytes), BAD)
  }
})

test('a picture that ends too early is refused', async () => {
  const noisy = await sharp({ create: { width: 400, height: 400, channels: 3, background: '#000', noise: { type: 'gaussian', mean: 128, sigma: 40 } } }).jpeg().toBuffer()
  await assert.rejects(inspectImage(noisy.subarray(0, noisy.length / 2)), BAD)
})

test('a flood of pixels is refused before it is unpacked', async () => {
  const flood = await sharp({ create: { width: 11_000, height: 10_000, channels: 3, background: '#000' }, limitInputPixels: false }).png({ compressionLevel: 1 }).toBuffer()
  await assert.rejects(inspectImage(flood), BAD)
})
