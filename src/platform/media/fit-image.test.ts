import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import sharp from 'sharp'
import { fitImage } from './fit-image.ts'
import type { ReencodedImage } from './reencode-image.ts'

const WIDE = { bytesMax: 10_000_000, pixelsMax: 10_000_000, sideMax: 4_000 }

async function noise(width: number, height: number, channels: 3 | 4): Promise<ReencodedImage> {
  const bytes = await sharp(randomBytes(width * height * channels), { raw: { width, height, channels } }).png().toBuffer()
  return { bytes, contentType: 'image/png', width, height }
}

test('a picture within the bounds stays as it is, byte for byte', async () => {
  const image = await noise(300, 200, 3)
  assert.deepEqual(await fitImage(image, WIDE), { bytes: image.bytes, contentType: 'image/png' })
})

test('a picture that is too long, or has too many pixels, is made smaller and keeps its proportions', async () => {
  const image = await noise(600, 300, 3)
  for (const [bounds, width] of [[{ ...WIDE, sideMax: 200 }, 200], [{ ...WIDE, pixelsMax: 45_000 }, 300]] as const) {
    const { bytes, contentType } = await fitImage(image, bounds)
    const found = await sharp(bytes).metadata()
    assert.deepEqual([contentType, found.width, found.height], ['image/jpeg', width, width / 2])
  }
})

test('noise of a megabyte is brought below fifty kilobytes, and keeps its transparency', async () => {
  const image = await noise(600, 450, 4)
  const { bytes, contentType } = await fitImage(image, { ...WIDE, bytesMax: 50_000 })
  assert(bytes.length <= 50_000)
  const { format, hasAlpha, width, height } = await sharp(bytes).metadata()
  assert.deepEqual([contentType, format, hasAlpha], ['image/webp', 'webp', true])
  assert(Math.abs(width / height - 4 / 3) < 0.05, `${width} x ${height}`)
})

test('what cannot be decoded, or made small enough, is refused', async () => {
  await assert.rejects(fitImage({ bytes: Buffer.from('no picture'), contentType: 'image/png', width: 9_000, height: 9_000 }, WIDE), { name: 'media.unreadable' })
  await assert.rejects(fitImage(await noise(200, 200, 3), { ...WIDE, bytesMax: 10 }), { name: 'media.unreadable' })
})
