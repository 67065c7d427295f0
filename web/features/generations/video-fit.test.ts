import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { VideoModel } from '../../api/model.ts'
import type { VideoDraft } from './video-draft.ts'
import { fitVideo, lacksLength, lengthsOf, toSeed } from './video-fit.ts'

const draft: VideoDraft = { prompt: 'waves', seconds: null, ratio: null, resolution: null, sound: null, model: null, seed: '', without: '', firstFrame: [], lastFrame: [], references: [] }
const veo = {
  limits: {
    promptCharacters: { max: 4_000 }, resolution: { default: '720p', values: ['720p', '1080p'] }, aspectRatio: { default: '16:9', values: ['16:9', '9:16'] },
    durationSeconds: { default: 8, min: 4, max: 8, values: [4, 6, 8], byResolution: { '1080p': [8] } }, audio: { default: true, optional: true }, referenceImages: { max: 0 }, options: ['seed', 'negativePrompt'], cancellation: 'never',
  } satisfies VideoModel['limits'],
}
const sora = { limits: { ...veo.limits, resolution: { default: '1280x720', values: ['1280x720', '720x1280'] }, aspectRatio: null, audio: { default: true, optional: false }, options: [] } }

test('an empty draft becomes what the model makes anyway', () => {
  assert.deepEqual(fitVideo(draft, veo), { durationSeconds: 8, aspectRatio: '16:9', resolution: '720p', generateAudio: true })
})

test('a length that the model, or the resolution, does not have becomes the nearest that it has', () => {
  assert.equal(fitVideo({ ...draft, seconds: 5 }, veo).durationSeconds, 4)
  assert.equal(fitVideo({ ...draft, seconds: 15 }, veo).durationSeconds, 8)
  assert.equal(fitVideo({ ...draft, seconds: 4, resolution: '1080p' }, veo).durationSeconds, 8)
  assert.deepEqual([lacksLength(4, '1080p', veo.limits.durationSeconds), lacksLength(8, '1080p', veo.limits.durationSeconds), lacksLength(4, '720p', veo.limits.durationSeconds)], ['not in 1080p', null, null])
  assert.deepEqual(lengthsOf({ ...veo.limits.durationSeconds, values: null }), [4, 5, 6, 7, 8])
})

test('nothing is sent that the model has no field for, and the wish is kept for another model', () => {
  const wish = { ...draft, ratio: '9:16', sound: false, seed: '0', without: ' rain ' }
  assert.deepEqual(fitVideo(wish, veo), { durationSeconds: 8, aspectRatio: '9:16', resolution: '720p', generateAudio: false, seed: 0, negativePrompt: 'rain' })
  assert.deepEqual(fitVideo(wish, sora), { durationSeconds: 8, resolution: '1280x720', generateAudio: true })
})

test('whatever is typed as a seed is one that can be sent, or none', () => {
  assert.deepEqual(['12', ' 7x', '-3', '99999999999', 'abc', ''].map(toSeed), ['12', '7', '3', '2147483647', '', ''])
})
