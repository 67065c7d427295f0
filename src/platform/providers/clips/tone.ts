/** Enough for a tone of a few hundred hertz, and a tenth of the bytes of a clip. */
const RATE = 8_000
const BLOCK = 4_096
const BITS = 16
/** About 26 dB below the loudest that there is. */
const LOUDNESS = 0.05 * 2 ** (BITS - 1)
const FADE_SECONDS = 0.25
/** A pentatonic scale: none of them sounds sad. */
const PITCHES_HZ = [196, 220, 247, 294, 330]

/** A quiet tone as a stream of FLAC: `description` is how it begins, the blocks are what can be muxed. */
export interface Tone {
  readonly sampleRate: number
  readonly description: Uint8Array
  readonly blocks: readonly { readonly bytes: Uint8Array; readonly at: number; readonly seconds: number }[]
}

/**
 * Plays a tone for so many seconds, of a pitch that follows from the seed. The samples are written as they are, which FLAC
 * allows and every browser plays: there is no encoder for sound in Node, and none is needed.
 */
export function playTone({ seconds, seed }: { seconds: number; seed: number }): Tone {
  const samples = samplesOf(Math.round(seconds * RATE), PITCHES_HZ[seed % PITCHES_HZ.length] ?? 220)
  const blocks = Array.from({ length: Math.ceil(samples.length / BLOCK) }, (_, index) => {
    const part = samples.subarray(index * BLOCK, (index + 1) * BLOCK)
    return { bytes: frameOf(part, index), at: (index * BLOCK) / RATE, seconds: part.length / RATE }
  })
  return { sampleRate: RATE, description: Buffer.concat([Buffer.from('fLaC'), streamInfo(samples.length)]), blocks }
}

/** Two voices, an octave apart; neither begins or ends with a click. */
function samplesOf(count: number, hertz: number): Int16Array {
  return Int16Array.from({ length: count }, (_, index) => {
    const at = index / RATE
    const fade = Math.min(1, at / FADE_SECONDS, (count - index) / RATE / FADE_SECONDS)
    const wave = 0.7 * Math.sin(2 * Math.PI * hertz * at) + 0.3 * Math.sin(4 * Math.PI * hertz * at)
    return Math.round(LOUDNESS * fade * wave)
  })
}

/** The one block of metadata that there has to be, and the last: RFC 9639, 8.1 and 8.2. The checksum of the sound is left out. */
function streamInfo(samples: number): Buffer {
  const info = Buffer.alloc(4 + 34)
  info.writeUInt32BE((0x80 << 24 | 34) >>> 0, 0)
  info.writeUInt16BE(BLOCK, 4)
  info.writeUInt16BE(BLOCK, 6)
  // Rate in 20 bits, channels less one in 3, bits less one in 5, samples in 36.
  info.writeBigUInt64BE((BigInt(RATE) << 44n) | (BigInt(BITS - 1) << 36n) | BigInt(samples), 14)
  return info
}

/** One channel, verbatim: RFC 9639, 9. Only the last block is shorter than the others. */
function frameOf(samples: Int16Array, index: number): Buffer {
  const head = Buffer.concat([Buffer.from([0xff, 0xf8, 0x74, 0x08]), Buffer.from(String.fromCodePoint(index)), uint16(samples.length - 1)])
  const frame = Buffer.alloc(head.length + 2 + samples.length * 2 + 2)
  head.copy(frame)
  frame[head.length] = checksum(head, 8, 0x07)
  frame[head.length + 1] = 0x02
  samples.forEach((sample, at) => frame.writeInt16BE(sample, head.length + 2 + at * 2))
  frame.writeUInt16BE(checksum(frame.subarray(0, -2), 16, 0x8005), frame.length - 2)
  return frame
}

function uint16(value: number): Buffer {
  const bytes = Buffer.alloc(2)
  bytes.writeUInt16BE(value)
  return bytes
}

function checksum(bytes: Uint8Array, bits: 8 | 16, polynomial: number): number {
  const top = 1 << (bits - 1)
  let sum = 0
  for (const byte of bytes) {
    sum ^= byte << (bits - 8)
    for (let bit = 0; bit < 8; bit += 1) sum = (sum & top) === 0 ? sum << 1 : (sum << 1) ^ polynomial
    sum &= 2 ** bits - 1
  }
  return sum
}
