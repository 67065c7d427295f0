import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { Readable } from 'node:stream'
import { describe, test } from 'node:test'
import { deflateRawSync } from 'node:zlib'
import sharp from 'sharp'
import { reencodeImage } from './index.ts'

const drawn = sharp({ create: { width: 60, height: 30, channels: 3, background: '#884422' } })
const seeThrough = sharp({ create: { width: 60, height: 30, channels: 4, background: { r: 1, g: 2, b: 3, alpha: 0.5 } } })
const jpeg = await drawn.clone().jpeg().toBuffer()
const png = await drawn.clone().png().toBuffer()
const webp = await drawn.clone().webp().toBuffer()
const gif = await drawn.clone().gif().toBuffer()

describe('a picture is kept as a picture and no more', () => {
  const kinds: readonly (readonly [string, Promise<Buffer> | Buffer, string])[] = [
    ['JPEG', jpeg, 'image/jpeg'],
    ['PNG', png, 'image/png'],
    ['WebP', webp, 'image/webp'],
    ['GIF', gif, 'image/png'],
    ['AVIF', drawn.clone().avif({ effort: 0 }).toBuffer(), 'image/jpeg'],
    ['transparent AVIF', seeThrough.clone().avif({ effort: 0 }).toBuffer(), 'image/png'],
  ]
  for (const [name, bytes, contentType] of kinds) {
    test(`${name} becomes ${contentType}`, async () => {
      const kept = await reencodeImage(await bytes)
      const { format, width, height } = await sharp(kept.bytes).metadata()
      assert.deepEqual([kept.contentType, kept.width, kept.height], [contentType, 60, 30])
      assert.deepEqual([`image/${format}`, width, height], [contentType, 60, 30])
    })
  }

  test('where and with what it was taken is gone, and it stands upright', async () => {
    const exif = { IFD0: { Make: 'SecretCamera' }, IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '51/1 30/1 0/1' } }
    const xmpText = '<x:xmpmeta xmlns:x="adobe:ns:meta/">SecretXmp</x:xmpmeta>'
    const photo = await drawn.clone().withExif(exif).withXmp(xmpText).withMetadata({ orientation: 6 }).jpeg().toBuffer()
    const before = await sharp(photo).metadata()
    assert(before.exif !== undefined && before.xmp !== undefined && before.orientation === 6, 'the photo has what is to be lost')
    const kept = await reencodeImage(photo)
    const { exif: left, xmp, icc, orientation, width, height } = await sharp(kept.bytes).metadata()
    assert.deepEqual([left, xmp, icc, orientation, width, height], [undefined, undefined, undefined, undefined, 30, 60])
    assert.doesNotMatch(kept.bytes.toString('latin1'), /Secret/)
  })

  test('of an animation the first picture stays', async () => {
    const pictures = ['red', 'blue'].map((background) => ({ create: { width: 4, height: 4, channels: 3 as const, background } }))
    const animated = await sharp(await Promise.all(pictures.map((picture) => sharp(picture).png().toBuffer())), { join: { animated: true } }).webp().toBuffer()
    assert.equal((await sharp(animated).metadata()).pages, 2)
    const { width, height } = await reencodeImage(animated)
    assert.deepEqual([width, height], [4, 4])
  })
})

/** Everything that is appended, inserted or wrapped to make a picture something else as well. */
function polyglots(): [name: string, bytes: Buffer][] {
  const zip = makeZip()
  const inText = (text: string): Buffer => Buffer.concat([png.subarray(0, 33), chunk('tEXt', Buffer.from(`Comment\0${text}`, 'latin1')), png.subarray(33)])
  const inComment = (text: string): Buffer => Buffer.concat([jpeg.subarray(0, 2), Buffer.from([0xff, 0xfe, (text.length + 2) >> 8, (text.length + 2) & 255]), Buffer.from(text, 'latin1'), jpeg.subarray(2)])
  const payloads = ['<script>alert(1)</script>', '<SCRIPT src=//x>', '<!DOCTYPE html><p>', '<iframe src=x>', '<?php system($_GET[0]);', '<svg onload=alert(1)>', '<html><body>', '%PDF-1.4', '<a href="javascript:alert(1)">']
  const behind = ['<script>', '<!doctype html>', '<?php ', '<iframe ']
  return [
    ...payloads.flatMap((text): [string, Buffer][] => [[`in a PNG's text: ${text}`, inText(text)], [`in a JPEG's comment: ${text}`, inComment(text)]]),
    ...behind.flatMap((text): [string, Buffer][] => [png, jpeg, webp, gif].map((bytes, index) => [`behind picture ${index}: ${text}`, Buffer.concat([bytes, Buffer.from(text)])])),
    ...[png, jpeg, webp, gif].map((bytes, index): [string, Buffer] => [`a zip behind picture ${index}`, Buffer.concat([bytes, zip])]),
  ]
}

describe('what is something else besides is refused', () => {
  const all = polyglots()
  test(`${all.length} files that are two things at once`, async () => {
    assert(all.length >= 30)
    for (const [name, bytes] of all) await assert.rejects(reencodeImage(bytes), { code: 'media.unreadable', kind: 'refused' }, name)
  })

  test('what is hidden in a way that nobody looks for does not come out again', async () => {
    const secret = Buffer.from('A-PAYLOAD-OF-SOME-KIND')
    const hidden = [...[png, jpeg, gif].map((bytes) => Buffer.concat([bytes, secret])), Buffer.concat([png.subarray(0, 33), chunk('prIv', secret), png.subarray(33)])]
    for (const bytes of hidden) assert.equal((await reencodeImage(bytes)).bytes.includes(secret), false)
  })

  test('a motion photo is taken, as phones send it, and the clip behind it is left out', async () => {
    const clip = readFileSync(new URL('./fixtures/clip-with-sound.mp4', import.meta.url))
    const { bytes, contentType } = await reencodeImage(Buffer.concat([jpeg, clip]))
    assert.deepEqual([contentType, bytes.includes('ftyp'), bytes.equals((await reencodeImage(jpeg)).bytes)], ['image/jpeg', false, true])
  })

  test('text that draws, and formats that are not taken, never reach a decoder', async () => {
    const tiff = await drawn.clone().tiff().toBuffer()
    for (const bytes of [Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'), Buffer.from('<html>'), Buffer.from('%PDF-1.7'), tiff, Buffer.alloc(0)]) {
      await assert.rejects(reencodeImage(bytes), { code: 'media.unsupported' })
    }
  })

  test('every picture that is cut short is refused', async () => {
    for (const bytes of [png, jpeg, webp]) await assert.rejects(reencodeImage(bytes.subarray(0, bytes.length - 40)), { code: 'media.unreadable' })
  })
})

describe('a picture has its limits', () => {
  test('one that claims more pixels than the limit is refused by its header', async () => {
    const flood = Buffer.from(png)
    flood.writeUInt32BE(50_000, 16)
    flood.writeUInt32BE(50_000, 20)
    flood.writeUInt32BE(crc32(flood.subarray(12, 29)), 29)
    await assert.rejects(reencodeImage(flood), { code: 'media.too_large', message: 'It may have at most 50 million pixels.' })
  })

  test('one of many pixels in few bytes is refused without being unpacked', async () => {
    const wide = await sharp({ create: { width: 10_000, height: 5_001, channels: 3, background: 'white' } }).png().toBuffer()
    assert(wide.length < 1024 * 1024)
    await assert.rejects(reencodeImage(wide), { code: 'media.too_large' })
  })

  test('bytes past the limit are refused, and a stream of them is left', async () => {
    await assert.rejects(reencodeImage(png, { bytesMax: 10 }), { code: 'media.too_large' })
    const stream = Readable.from([png, png, png])
    await assert.rejects(reencodeImage(stream, { bytesMax: png.length }), { code: 'media.too_large' })
    assert.equal(stream.destroyed, true)
  })

  test('one that takes too long is given up, and the next is served', async () => {
    // Noise, which takes seconds to pack.
    const raw = { width: 5_000, height: 5_000, channels: 3 as const }
    const large = await sharp(randomBytes(75_000_000), { raw }).png({ compressionLevel: 0 }).toBuffer()
    await assert.rejects(reencodeImage(large, { bytesMax: 2 ** 30, timeoutSeconds: 1 }), { code: 'media.unreadable' })
    assert.equal((await reencodeImage(png)).width, 60)
  })
})

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type), data])
  const [length, crc] = [Buffer.alloc(4), Buffer.alloc(4)]
  length.writeUInt32BE(data.length)
  crc.writeUInt32BE(crc32(body))
  return Buffer.concat([length, body, crc])
}

/** One file, as a browser or `unzip` would find it. */
function makeZip(): Buffer {
  const [name, data] = [Buffer.from('x.html'), deflateRawSync('<b>')]
  const local = Buffer.alloc(30)
  local.write('PK\u0003\u0004', 'latin1')
  const central = Buffer.alloc(46)
  central.write('PK\u0001\u0002', 'latin1')
  const end = Buffer.alloc(22)
  end.write('PK\u0005\u0006', 'latin1')
  return Buffer.concat([local, name, data, central, name, end])
}

function crc32(bytes: Buffer): number {
  let crc = -1
  for (const byte of bytes) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit += 1) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0)
  }
  return ~crc >>> 0
}
