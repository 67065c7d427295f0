import { createRequire } from 'node:module'
import type * as encoding from 'h264-mp4-encoder'
import { BufferSource, BufferTarget, EncodedAudioPacketSource, EncodedPacket, EncodedPacketSink, EncodedVideoPacketSource, Input, MP4, Mp4OutputFormat, Output } from 'mediabunny'
import sharp from 'sharp'
import { type Loop, LOOP_SECONDS, openLoop } from './motion.ts'
import type { ClipPlan } from './plan.ts'
import { playTone } from './tone.ts'

// A CommonJS bundle whose names an import does not see.
const { createH264MP4Encoder } = createRequire(import.meta.url)('h264-mp4-encoder') as typeof encoding

/** The fastest setting: half of the time of a middle one, for files a fifth larger. */
const SPEED = 10
const QUANTIZATION = 32

/** Encodes one loop and repeats it, without encoding again, until the clip is as long as planned. */
export async function encodeClip(plan: ClipPlan): Promise<Uint8Array> {
  const loop = await openLoop(plan)
  return repeatLoop(await encodeLoop(plan, loop), plan, secondsOfFrame(loop))
}

/** The frame that the clip ends with. */
export async function encodeLastFrame(plan: ClipPlan): Promise<Uint8Array> {
  const { width, height } = plan.picture
  const loop = await openLoop(plan)
  const frame = new Uint8Array(width * height * 4).fill(255)
  const shown = Math.ceil(plan.seconds / secondsOfFrame(loop)) - 1
  loop.draw(shown % loop.frames, frame)
  return sharp(frame, { raw: { width, height, channels: 4 } }).removeAlpha().png({ compressionLevel: 3 }).toBuffer()
}

function secondsOfFrame({ frames }: Loop): number {
  return LOOP_SECONDS / frames
}

async function encodeLoop({ picture: { width, height } }: ClipPlan, { frames, draw }: Loop): Promise<Uint8Array> {
  const encoder = await createH264MP4Encoder()
  try {
    // One key frame, the first: the loop is repeated as a whole.
    Object.assign(encoder, { width, height, frameRate: 24, speed: SPEED, quantizationParameter: QUANTIZATION, groupOfPictures: frames })
    encoder.initialize()
    const frame = new Uint8Array(width * height * 4).fill(255)
    for (let index = 0; index < frames; index += 1) {
      draw(index, frame)
      encoder.addFrameRgba(frame)
    }
    encoder.finalize()
    return encoder.FS.readFile(encoder.outputFilename)
  } finally {
    encoder.FS.unlink(encoder.outputFilename)
    encoder.delete()
  }
}

async function repeatLoop(mp4: Uint8Array, { picture, seconds, sound }: ClipPlan, frameSeconds: number): Promise<Uint8Array> {
  const track = await new Input({ source: new BufferSource(mp4), formats: [MP4] }).getPrimaryVideoTrack()
  const decoderConfig = await track?.getDecoderConfig()
  if (track == null || decoderConfig == null) throw new Error('the encoder wrote no video')
  const packets: EncodedPacket[] = await Array.fromAsync(new EncodedPacketSink(track).packets())
  const source = new EncodedVideoPacketSource('avc')
  const target = new BufferTarget()
  const output = new Output({ format: new Mp4OutputFormat({ fastStart: 'in-memory' }), target })
  output.addVideoTrack(source)
  const audio = sound ? new EncodedAudioPacketSource('flac') : null
  if (audio !== null) output.addAudioTrack(audio)
  await output.start()
  for (let index = 0, at = 0; at < seconds - 1e-6; index += 1, at = index * frameSeconds) {
    const packet = packets[index % packets.length]
    if (packet === undefined) throw new Error('the encoder wrote no frames')
    await source.add(packet.clone({ timestamp: at, duration: Math.min(frameSeconds, seconds - at), sequenceNumber: index }), { decoderConfig })
  }
  if (audio !== null) await addTone(audio, { seconds, seed: picture.seed })
  await output.finalize()
  if (target.buffer === null) throw new Error('nothing was written')
  return new Uint8Array(target.buffer)
}

async function addTone(source: EncodedAudioPacketSource, asked: { seconds: number; seed: number }): Promise<void> {
  const { sampleRate, description, blocks } = playTone(asked)
  const decoderConfig = { codec: 'flac', sampleRate, numberOfChannels: 1, description }
  for (const { bytes, at, seconds } of blocks) await source.add(new EncodedPacket(bytes, 'key', at, seconds), { decoderConfig })
}
