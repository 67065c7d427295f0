import assert from 'node:assert/strict'
import { createReadStream } from 'node:fs'
import { chmod, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { after, describe, test } from 'node:test'
import sharp from 'sharp'
import { findFfmpeg, posterFromClip, posterFromFrame } from './index.ts'

const fixture = (name: string): string => new URL(`./fixtures/${name}`, import.meta.url).pathname
const folder = await mkdtemp(join(tmpdir(), 'cooly-poster-test-'))
after(() => rm(folder, { recursive: true }))

test('the frame that a vendor delivered becomes a poster of a player\'s width', async () => {
  const frame = await sharp({ create: { width: 1_920, height: 1_080, channels: 3, background: '#226688' } }).png().toBuffer()
  const { bytes, contentType, width, height } = await posterFromFrame(frame)
  assert.deepEqual([(await sharp(bytes).metadata()).format, contentType, width, height], ['webp', 'image/webp', 1_280, 720])
  await assert.rejects(posterFromFrame(Buffer.from('<html>')))
})

test('a program is found on the path that is given, and its absence is no error', async () => {
  assert.equal(await findFfmpeg(`/nowhere:${folder}`), null)
  assert.equal(await findFfmpeg(''), null)
  await writeFile(join(folder, 'ffmpeg'), '')
  assert.equal(await findFfmpeg(folder), null, 'what cannot be run is none')
  await chmod(join(folder, 'ffmpeg'), 0o755)
  assert.equal(await findFfmpeg(`/nowhere:${folder}`), join(folder, 'ffmpeg'))
})

const ffmpeg = await findFfmpeg(process.env['PATH'] ?? '')
describe('a clip has a poster of its own', { skip: ffmpeg === null ? 'no ffmpeg on the path' : false }, () => {
  const program = ffmpeg ?? ''

  for (const [name, contentType] of [['clip-with-sound.mp4', 'video/mp4'], ['clip-index-last.mp4', 'video/mp4'], ['clip.mov', 'video/quicktime'], ['clip.webm', 'video/webm']] as const) {
    test(name, async () => {
      const poster = await posterFromClip(createReadStream(fixture(name)), { ffmpeg: program, contentType })
      assert.deepEqual([poster?.width, poster?.height], [64, 36])
      const { dominant } = await sharp(poster?.bytes).stats()
      assert(dominant.r + dominant.g + dominant.b > 0, 'it is not black')
    })
  }

  test('what is no clip, or one of another family, has none', async () => {
    for (const bytes of [Buffer.from('<html>'), Buffer.from(`ffconcat version 1.0\nfile ${fixture('clip.mov')}\n`), await readFile(fixture('clip.webm'))]) {
      assert.equal(await posterFromClip(Readable.from([bytes]), { ffmpeg: program, contentType: 'video/mp4' }), null)
    }
  })

  test('nothing is left in the temporary folder', async () => {
    const before = await readdir(tmpdir())
    await posterFromClip(createReadStream(fixture('clip.mov')), { ffmpeg: program, contentType: 'video/quicktime' })
    const left = (await readdir(tmpdir())).filter((name) => name.startsWith('cooly-poster-') && !before.includes(name))
    assert.deepEqual(left, [])
  })
})

test('a program that is not there, or fails, is told from a clip without a picture', async () => {
  await assert.rejects(posterFromClip(createReadStream(fixture('clip.mov')), { ffmpeg: '/nowhere/ffmpeg', contentType: 'video/quicktime' }), { code: 'ENOENT' })
  const failing = join(folder, 'failing')
  await writeFile(failing, '#!/bin/sh\necho picture\nexit 1\n', { mode: 0o755 })
  assert.equal(await posterFromClip(createReadStream(fixture('clip.mov')), { ffmpeg: failing, contentType: 'video/quicktime' }), null)
})
