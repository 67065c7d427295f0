import assert from 'node:assert/strict'
import { test } from 'node:test'
import { playTone } from './tone.ts'

/** The samples of a block, read as a decoder would: after its header and checksum, before the checksum of all. */
function samplesOf(block: Uint8Array): number[] {
  const bytes = Buffer.from(block)
  const start = bytes.length - 2 - (bytes.readUInt16BE(bytes[4]! < 0x80 ? 5 : 6) + 1) * 2
  assert.deepEqual([bytes.readUInt16BE(0), bytes[start - 1]], [0xfff8, 0x02])
  return Array.from({ length: (bytes.length - 2 - start) / 2 }, (_, index) => bytes.readInt16BE(start + index * 2))
}

test('a tone is quiet and audible, lasts exactly as long as asked for, and begins and ends without a click', () => {
  for (const seconds of [1, 4, 7.5, 30]) {
    const { blocks, sampleRate } = playTone({ seconds, seed: 3 })
    const samples = blocks.flatMap(({ bytes }) => samplesOf(bytes))
    assert.equal(samples.length, seconds * sampleRate)
    assert.equal(blocks.at(-1)!.at + blocks.at(-1)!.seconds, seconds)
    const loudest = samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0)
    assert(loudest > 1_000 && loudest < 2_000, String(loudest))
    assert(Math.abs(samples[0]!) < 30 && Math.abs(samples.at(-1)!) < 30)
  }
})

test('the same seed plays the same tone, and seeds play different ones', () => {
  const played = (seed: number): string => Buffer.concat(playTone({ seconds: 1, seed }).blocks.map(({ bytes }) => bytes)).toString('base64')
  assert.equal(played(7), played(7))
  assert.notEqual(played(7), played(8))
})

test('the checksums of each block are those of FLAC: over all of it nothing is left', () => {
  for (const { bytes } of playTone({ seconds: 2, seed: 1 }).blocks) {
    let sum = 0
    for (const byte of bytes) for (let bit = 7; bit >= 0; bit -= 1) sum = ((sum << 1) | ((byte >> bit) & 1)) ^ ((sum & 0x8000) === 0 ? 0 : 0x18005)
    assert.equal(sum & 0xffff, 0)
  }
})
