import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Refusal } from '#lib/errors'
import { refuseVideo } from '#platform/providers'
import { checkVideoInput, type VideoInput } from './check-video-input.ts'
import type { VideoModel } from './model.ts'
import { models } from './models.ts'
import { offerVideo } from './offer-video.ts'
import { orderVideo } from './order.ts'

const videos = models.filter((model): model is VideoModel => model.kind === 'video')

function* inputs(): Generator<VideoInput> {
  for (const durationSeconds of [2, 3, 4, 5, 6, 8, 12, 15, 16, 30, 31]) {
    for (const resolution of ['360p', '480p', '720p', '1080p', '4k', '1280x720', '1792x1024']) {
      for (const aspectRatio of [undefined, '16:9', '9:16', '1:1', 'adaptive']) {
        for (const option of [{}, { generateAudio: true }, { generateAudio: false }, { seed: 0 }, { negativePrompt: 'rain' }]) {
          yield { prompt: 'waves', durationSeconds, resolution, aspectRatio, ...option }
        }
      }
    }
  }
}

function isTaken(model: VideoModel, input: VideoInput): boolean {
  try {
    checkVideoInput(model, input)
    return true
  } catch (error) {
    assert(error instanceof Refusal)
    return false
  }
}

test('the catalogue takes exactly what the adapter of the model would send', () => {
  for (const model of videos) {
    let taken = 0
    for (const input of inputs()) {
      const { durationSeconds, resolution, aspectRatio: ratio, generateAudio: audio, seed, negativePrompt, prompt } = input
      const call = { providerModel: model.providerModel, prompt, durationSeconds, resolution, ratio, audio, seed, negativePrompt, clientReference: '', requestId: '', callNumber: 1 }
      const refusal = refuseVideo(model.ability, call)
      assert.equal(isTaken(model, input), refusal === null, `${model.id} ${JSON.stringify(input)} ${JSON.stringify(refusal)}`)
      taken += refusal === null ? 1 : 0
    }
    assert(taken > 0, model.id)
  }
})

test('a resolution is refused by its name, whatever the name means elsewhere', () => {
  for (const model of videos) {
    for (const resolution of ['', '9p', 'toString', 'constructor', '__proto__']) {
      assert.throws(() => checkVideoInput(model, { prompt: 'waves', resolution }), /^generation.unsupported_option: .*\/resolution must be one of/, `${model.id} ${resolution}`)
    }
  }
})

test('what is not said becomes a default that the adapter takes', () => {
  for (const model of videos) {
    const { input } = orderVideo(model, { prompt: 'waves' })
    assert(isTaken(model, input as VideoInput), model.id)
  }
})

test('a length that was not said is asked for where the usual one does not go with the resolution', () => {
  const short = offerVideo({ id: 'x', name: 'X', provider: 'google-vertex', providerModel: 'veo-3.1-generate-001', defaults: { durationSeconds: 4, resolution: '720p', aspectRatio: '16:9' } })
  assert(isTaken(short, { prompt: 'waves' }))
  assert.throws(() => checkVideoInput(short, { prompt: 'waves', resolution: '4k' }), /\/durationSeconds is needed with 4k: 8 seconds/)
  assert(isTaken(short, { prompt: 'waves', resolution: '4k', durationSeconds: 8 }))
})

test('a model that no adapter knows, or whose defaults it does not take, cannot be offered', () => {
  const veo = { id: 'x', name: 'X', provider: 'google-vertex', providerModel: 'veo-3.1-generate-001', defaults: { durationSeconds: 8, resolution: '720p', aspectRatio: '16:9' } } as const
  assert.throws(() => offerVideo({ ...veo, providerModel: 'veo-9' }), TypeError)
  assert.throws(() => offerVideo({ ...veo, defaults: { ...veo.defaults, resolution: '480p' } }), TypeError)
  assert.throws(() => offerVideo({ ...veo, defaults: { ...veo.defaults, aspectRatio: null } }), TypeError)
})

test('a prompt may have as many characters as the model list says, as its schema counts them: an emoji is one', () => {
  for (const model of videos) {
    const { max } = model.limits.promptCharacters
    assert.deepEqual([max, max + 1].map((length) => isTaken(model, { prompt: '🌊'.repeat(length), ...usual(model) })), [true, false], model.id)
  }
})

function usual({ limits }: VideoModel): Pick<VideoInput, 'durationSeconds' | 'resolution'> {
  return { durationSeconds: limits.durationSeconds.default, resolution: limits.resolution.default }
}
