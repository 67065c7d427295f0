import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import sharp from 'sharp'
import { planPicture, renderPicture, renderPlain } from './index.ts'

const PROMPTS = [
  'mountains at dawn', 'a lighthouse in a storm', 'a sailboat at sunset', 'a whale', 'neon city in the rain', 'red fox in snow', 'an owl at night', 'a stag in the mist',
  'desert dunes', 'saturn and its rings', 'tulips in a vase', 'a cup of coffee', 'a bowl of fruit', 'a cat', 'portrait of a woman', 'portrait of a robot',
  'abstract paper waves', 'abstract silk', 'abstract flow lines', 'geometric pattern', 'hot air balloons', 'a castle on a hill', 'a cabin in winter', 'northern lights', '', '日本の山', '%$#',
]

function plan(prompt: string, seed = 1, width = 96, height = 64) {
  return planPicture({ prompt, seed, width, height })
}

describe('every scene', () => {
  for (const prompt of PROMPTS) {
    test(`"${prompt}" is drawn in the size that was asked, and is not flat`, async () => {
      const picture = await renderPicture(plan(prompt))
      const { width, height, format } = await sharp(picture).metadata()
      assert.deepEqual([width, height, format], [96, 64, 'jpeg'])
      const { channels } = await sharp(picture).stats()
      assert(channels.some(({ stdev }) => stdev > 8), 'there is something to see')
    })
  }
})

test('the same plan gives the same picture; another seed gives another take of the same idea', async () => {
  const [one, again, other] = await Promise.all([renderPicture(plan('a fox', 1)), renderPicture(plan('a fox', 1)), renderPicture(plan('a fox', 2))])
  assert(one.equals(again))
  assert(!one.equals(other))
  assert.deepEqual({ ...plan('a fox', 1), seed: 0 }, { ...plan('a fox', 2), seed: 0 })
})

test('the words decide what is drawn', () => {
  const read = (prompt: string) => [plan(prompt).setting, plan(prompt).subject, plan(prompt).weather]
  assert.deepEqual(read('A lighthouse in a storm'), ['sea', 'lighthouse', 'storm'])
  assert.deepEqual(read('red fox in snow'), ['forest', 'fox', 'snow'])
  assert.deepEqual(read('Tokyo at night in the rain'), ['city', null, 'rain'])
})

test('very long, very tall and very wide pictures are drawn as well', async () => {
  for (const [width, height] of [[1600, 100], [100, 1600], [1, 1]] as const) {
    const found = await sharp(await renderPicture(plan('a castle', 3, width, height))).metadata()
    assert.deepEqual([found.width, found.height], [width, height])
  }
})

test('a plain picture has the size too', async () => {
  const { width, height } = await sharp(await renderPlain(plan('a fox', 1, 640, 480))).metadata()
  assert.deepEqual([width, height], [640, 480])
})
