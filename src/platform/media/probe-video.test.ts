import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { describe, test } from 'node:test'
import { type ByteSource, probeVideo, sourceOfBytes } from './index.ts'

const fixture = (name: string): Promise<Buffer> => readFile(new URL(`./fixtures/${name}`, import.meta.url))
const mp4 = await fixture('clip-with-sound.mp4')

describe('a clip says what it is', () => {
  const known = [
    ['clip-with-sound.mp4', 'video/mp4', 2, true, 'avc'],
    ['clip-index-last.mp4', 'video/mp4', 2, false, 'avc'],
    ['clip.webm', 'video/webm', 2, false, 'vp9'],
    ['clip.mov', 'video/quicktime', 1, true, 'avc'],
  ] as const
  for (const [name, contentType, seconds, hasAudio, codec] of known) {
    test(name, async () => {
      const found = await probeVideo(sourceOfBytes(await fixture(name)))
      assert.deepEqual({ ...found, seconds: Math.round(found.seconds * 10) / 10 }, { contentType, seconds, width: 64, height: 36, hasAudio, codec })
    })
  }
})

describe('a clip has its limits', () => {
  test('what is no clip is refused before anything reads its tables', async () => {
    for (const bytes of [Buffer.alloc(0), Buffer.from('<html>'), await fixture('tone.wav'), await fixture('tone.mp3'), Buffer.from('#EXTM3U\n')]) {
      await assert.rejects(probeVideo(sourceOfBytes(bytes)), { code: 'media.unsupported' })
    }
  })

  test('a clip that is cut short, or was scrambled, is refused or answered, and never more than that', async () => {
    await assert.rejects(probeVideo(sourceOfBytes(mp4.subarray(0, 600))), { code: 'media.unreadable' })
    await assert.rejects(probeVideo(sourceOfBytes((await fixture('clip-index-last.mp4')).subarray(0, 1_200))), { code: 'media.unreadable' })
    for (let at = 40; at < mp4.length; at += 977) {
      const scrambled = Buffer.from(mp4)
      scrambled.fill(0xff, at, at + 16)
      await probeVideo(sourceOfBytes(scrambled)).catch((error: unknown) => assert.equal((error as { code?: string }).code, 'media.unreadable'))
    }
  })

  test('tables that claim billions of entries end with the time or the memory of their thread', async () => {
    for (const table of ['stts', 'stsz', 'stco', 'stsc']) {
      const bomb = Buffer.from(mp4)
      const at = bomb.indexOf(table)
      bomb.writeUInt32BE(0xfffffff0, at + (table === 'stsz' ? 12 : 8))
      await probeVideo(sourceOfBytes(bomb), { timeoutMs: 2_000 }).then(
        ({ seconds }) => assert(Number.isFinite(seconds)),
        (error: unknown) => assert.equal((error as { code?: string }).code, 'media.unreadable'),
      )
    }
    assert.equal((await probeVideo(sourceOfBytes(mp4))).width, 64, 'the process is none the worse')
  })

  test('only a bounded part of the source is read, and not the whole of a long clip', async () => {
    const length = 4 * 1024 ** 3
    let read = 0
    // The pictures of a clip of 4 GB, which nobody has to look at, stand between its beginning and its tables.
    const index = await fixture('clip-index-last.mp4')
    const moov = index.subarray(index.indexOf('moov') - 4)
    const wide = Buffer.alloc(16)
    wide.writeUInt32BE(1, 0)
    wide.write('mdat', 4)
    wide.writeBigUInt64BE(BigInt(length - 32 - moov.length), 8)
    const head = Buffer.concat([index.subarray(0, 32), wide])
    const source: ByteSource = {
      bytes: length,
      read: (start, end) => {
        read += end - start
        const piece = Buffer.alloc(end - start)
        if (start < head.length) head.copy(piece, 0, start)
        if (end > length - moov.length) moov.copy(piece, Math.max(0, length - moov.length - start), Math.max(0, start - (length - moov.length)))
        return Promise.resolve(piece)
      },
    }
    assert.equal(Math.round((await probeVideo(source)).seconds), 2)
    assert(read < 1024 * 1024, `${read} bytes were read`)
    await assert.rejects(probeVideo(source, { readBytesMax: 1_000 }), { code: 'media.unreadable' })
  })

  test('a source that never answers is given up, and the fault of a source is its own', async () => {
    const silent: ByteSource = { bytes: mp4.length, read: (start, end) => (start === 0 && end > 100 && read++ === 0 ? Promise.resolve(mp4.subarray(start, end)) : new Promise(() => undefined)) }
    let read = 0
    await assert.rejects(probeVideo(silent, { timeoutMs: 500 }), { code: 'media.unreadable' })
    let asked = 0
    const broken: ByteSource = { bytes: mp4.length, read: (start, end) => ((asked += 1) === 1 ? Promise.resolve(mp4.subarray(start, end)) : Promise.reject(new Error('the store is gone'))) }
    await assert.rejects(probeVideo(broken), /the store is gone/)
  })
})
