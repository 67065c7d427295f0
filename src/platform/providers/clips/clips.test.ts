import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { BufferSource, EncodedPacketSink, Input, MP4 } from 'mediabunny'
import sharp from 'sharp'
import { type ClipPlan, Clips, planClip } from './index.ts'

const clips = new Clips()
after(() => clips.close())

const PLAN = planClip({ prompt: 'a red fox in snow', seed: 7, width: 320, height: 180, seconds: 6, framesPerSecond: 24, plain: false, sound: true })

async function inspect(bytes: Buffer) {
  const track = await new Input({ source: new BufferSource(bytes), formats: [MP4] }).getPrimaryVideoTrack()
  assert(track !== null)
  const packets = await Array.fromAsync(new EncodedPacketSink(track).packets())
  const [width, height] = [await track.getDisplayWidth(), await track.getDisplayHeight()]
  return { codec: await track.getCodec(), width, height, seconds: await track.computeDuration(), packets }
}

test('a clip is H.264 in MP4, of exactly the planned size and duration', async () => {
  for (const seconds of [1, 4, 6, 7]) {
    const { codec, width, height, ...rest } = await inspect(await clips.render({ ...PLAN, seconds }))
    assert.deepEqual([codec, width, height], ['avc', 320, 180])
    assert(Math.abs(rest.seconds - seconds) < 0.01, `${rest.seconds} s instead of ${seconds}`)
  }
})

test('a clip that is to have sound has a tone of its own length, and any other none', async () => {
  const audioOf = async (sound: boolean) => new Input({ source: new BufferSource(await clips.render({ ...PLAN, seconds: 7, sound })), formats: [MP4] }).getPrimaryAudioTrack()
  const track = await audioOf(true)
  assert(track !== null)
  assert.deepEqual([await track.getCodec(), await track.getNumberOfChannels(), await track.getSampleRate()], ['flac', 1, 8_000])
  assert(Math.abs((await track.computeDuration()) - 7) < 0.001)
  assert.equal(await audioOf(false), null)
})

test('sides that are no multiple of a block keep their length', async () => {
  const plan = planClip({ prompt: 'a fox', seed: 1, width: 854, height: 482, seconds: 1, framesPerSecond: 24, plain: true, sound: false })
  const { width, height } = await inspect(await clips.render(plan))
  assert.deepEqual([width, height], [854, 482])
})

test('something moves: no two frames of a loop are the same', async () => {
  const { packets } = await inspect(await clips.render(PLAN))
  const loop = packets.slice(1, 24).map(({ data }) => Buffer.from(data).toString('base64'))
  assert.equal(new Set(loop).size, loop.length)
})

test('the same plan gives the same frames, in another thread too; another seed does not', async () => {
  const other = new Clips()
  const framesOf = async (bytes: Buffer): Promise<Uint8Array[]> => (await inspect(bytes)).packets.map(({ data }) => data)
  try {
    const first = await framesOf(await clips.render(PLAN))
    assert.deepEqual(await framesOf(await other.render(PLAN)), first)
    assert.notDeepEqual(await framesOf(await other.render({ ...PLAN, picture: { ...PLAN.picture, seed: 8 } })), first)
  } finally {
    await other.close()
  }
})

test('the last frame is a PNG of the size of the clip', async () => {
  const { format, width, height } = await sharp(await clips.lastFrame(PLAN)).metadata()
  assert.deepEqual([format, width, height], ['png', 320, 180])
})

describe('the thread', () => {
  test('an order that cannot be met fails, and the next one is met', async () => {
    const odd: ClipPlan = { ...PLAN, picture: { ...PLAN.picture, width: 0 } }
    await assert.rejects(clips.render(odd))
    assert((await clips.render(PLAN)).length > 0)
  })

  test('closing fails what is under way', async () => {
    const closing = new Clips()
    const failed = assert.rejects(closing.render({ ...PLAN, seconds: 3 }), /ended/)
    await closing.close()
    await failed
  })
})
