import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { VideoModel } from '../../api/model.ts'
import { makesText, sizeLabel, videoLabel } from './video-text.ts'

const limits = { resolution: { values: ['720p', '4k'] }, durationSeconds: { min: 4, max: 8, values: [4, 6, 8] }, audio: { default: true, optional: true } }
const veo = { id: 'veo', name: 'Veo 3.1', price: { credits: 14 }, medianMs: null, status: 'available', shutdownAt: null, replacement: null, limits } as unknown as VideoModel
const sora = { ...veo, id: 'sora', name: 'Sora 2', status: 'retired', shutdownAt: '2026-09-24T00:00:00.000Z', replacement: 'veo' } as VideoModel

test('a model is listed with its price by the second; one that cannot be asked with the reason, and what there is instead', () => {
  assert.equal(videoLabel(veo, [veo, sora]), 'Veo 3.1 · 14 credits a second')
  assert.equal(videoLabel({ ...veo, medianMs: 40_000 }, []), 'Veo 3.1 · 14 credits a second · about 40 s')
  assert.equal(videoLabel(sora, [veo, sora]), 'Sora 2 (ended on 2026-09-24; now Veo 3.1)')
  assert.equal(videoLabel({ ...veo, status: 'unconfigured' }, []), 'Veo 3.1 (not set up here)')
})

test('what it makes is said in a line', () => {
  assert.equal(makesText(veo), '4, 6, 8 s · 720p, 4k · sound if you like')
  const other = { ...veo, limits: { ...veo.limits, durationSeconds: { ...veo.limits.durationSeconds, values: null }, audio: null }, shutdownAt: '2026-12-01T00:00:00.000Z' }
  assert.equal(makesText(other), '4 to 8 s · 720p, 4k · no sound · ends on 2026-12-01')
  assert.equal(sizeLabel('1280x720'), '1280 × 720')
})
