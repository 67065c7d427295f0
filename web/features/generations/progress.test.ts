import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Generation, Output } from '../../api/model.ts'
import { outcomeText, phaseText, ratioOf, removedText, slotsOf, statusText } from './progress.ts'

const output = (index: number): Output => ({ id: `o${index}`, index, url: `/api/assets/o${index}`, contentType: 'image/png', bytes: 1, width: 10, height: 20, durationSeconds: null, posterUrl: null })

function generation(change: Partial<Generation> = {}): Generation {
  return {
    id: 'g', kind: 'image', priority: 'interactive', model: 'seedream4', simulated: true, status: 'running', phase: null, size: { width: 1600, height: 900 },
    input: { prompt: 'a fox', n: 4 }, credits: { price: 1, chargedPrice: 1, held: 4, captured: 0, released: 0, waived: false }, charged: { credits: 0, class: 'open', reason: '' }, provider: null, queue: null, servedBy: [], outputs: [], outputsExpireAt: null, outputsRemovedAt: null, outputsKeptDays: null, retriedFrom: null, failures: [], error: null,
    attempts: 1, timing: null, createdAt: '2026-11-24T12:00:00Z', reopenedAt: null, startedAt: null, finishedAt: null, metadata: {}, urls: { get: '', events: '', cancel: '' }, ...change,
  }
}

test('every picture asked for has a place from the first moment, whatever arrives first', () => {
  const slots = slotsOf(generation({ outputs: [output(2)], failures: [{ index: 0, code: 'provider.content_rejected', message: 'Refused.' }] }))
  assert.deepEqual(slots.map((slot) => slot.state), ['failed', 'waiting', 'arrived', 'waiting'])
})

test('no place waits once the generation has ended', () => {
  assert.deepEqual(slotsOf(generation({ status: 'cancelled', outputs: [output(0)] })).map((slot) => slot.state), ['arrived', 'stopped', 'stopped', 'stopped'])
  const failed = slotsOf(generation({ status: 'failed', error: { code: 'provider.unavailable', message: 'The model did not answer.' } }))
  assert.ok(failed.every((slot) => slot.state === 'failed' && slot.failure.message === 'The model did not answer.'))
})

test('a place keeps the ratio that was asked for when its picture arrives', () => {
  assert.equal(ratioOf(generation(), output(0)), 1600 / 900)
  assert.equal(ratioOf(generation({ size: null }), output(0)), 0.5)
  assert.equal(ratioOf(generation({ size: null })), 1)
})

test('a partial delivery is never called done', () => {
  assert.equal(statusText(generation({ status: 'succeeded', outputs: [0, 1, 2].map(output) })), '3 of 4 made')
  assert.equal(statusText(generation({ status: 'succeeded', outputs: [0, 1, 2, 3].map(output) })), 'Done')
  assert.equal(statusText(generation({ outputs: [output(1)] })), '1 of 4 arrived')
})

test('phases are words, and an unknown phase is not shown raw', () => {
  assert.equal(phaseText(generation({ status: 'queued', queue: { position: 3, estimatedStartAt: null } })), 'In line, place 3')
  assert.equal(phaseText(generation({ phase: 'storing' })), 'Saving')
  assert.equal(phaseText(generation({ phase: 'something_new' as never })), 'Starting')
})

test('files that were not kept for ever are called removed, not failed, and the money is told as before', () => {
  const credits = { price: 1, chargedPrice: 1, held: 0, captured: 3, released: 1, waived: false }
  const gone = generation({ status: 'succeeded', credits, outputsRemovedAt: '2026-12-24T12:00:00Z', outputsKeptDays: 30, failures: [{ index: 0, code: 'provider.content_rejected', message: 'Refused.' }] })
  assert.deepEqual(slotsOf(gone).map((slot) => slot.state), ['failed', 'removed', 'removed', 'removed'])
  assert.deepEqual([statusText(gone), outcomeText(gone)], ['Done', 'Removed after 30 days. 3 credits taken, 1 came back.'])
  assert.deepEqual([removedText({ outputsKeptDays: 1 }), removedText({ outputsKeptDays: null })], ['Removed after 1 day', 'Removed'])
})

test('an ending says what was made and where the credits went', () => {
  const credits = { price: 1, chargedPrice: 1, held: 4, captured: 3, released: 1, waived: false }
  assert.equal(outcomeText(generation({ status: 'succeeded', outputs: [0, 1, 2].map(output), credits })), '3 pictures ready. 3 credits taken, 1 came back.')
  assert.equal(outcomeText(generation({ status: 'failed', credits: { ...credits, captured: 0, released: 4 } })), 'Not made. Nothing was charged, 4 credits came back.')
})

test('a video says where it is: in our line, in the provider\'s, being made, or being fetched', () => {
  const video = (change: Partial<Generation>) => generation({ kind: 'video', size: null, input: { prompt: 'waves', aspectRatio: '9:16' }, ...change })
  assert.equal(phaseText(video({ status: 'queued' })), 'In line')
  assert.equal(phaseText(video({ phase: 'waiting_provider', provider: { status: 'queued', progress: null } })), 'In line at the provider')
  assert.equal(phaseText(video({ phase: 'waiting_provider', provider: { status: 'running', progress: 0.4 } })), 'The model is at work, 40 %')
  assert.equal(phaseText(video({ status: 'queued', phase: 'storing' })), 'Saving')
  assert.equal(phaseText(video({ phase: 'outcome_unknown' })), 'Asking what became of it')
  assert.equal(ratioOf(video({})), 9 / 16)
  assert.equal(outcomeText(video({ status: 'succeeded', outputs: [output(0)], credits: { price: 2, chargedPrice: 2, held: 0, captured: 8, released: 0, waived: false } })), '1 video ready. 8 credits taken.')
})
