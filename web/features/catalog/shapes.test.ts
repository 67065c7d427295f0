import assert from 'node:assert/strict'
import { test } from 'node:test'
import { choiceOf, exactSize, lacksResolution, parseSize, resolutions, shapes, sizeText } from './shapes.ts'

const limits = { pixels: { min: 921_600, max: 16_777_216 }, ratio: { min: 1 / 16, max: 16 }, step: 1, sideMax: null }

test('every shape at every resolution is exact in ratio and inside the limits', () => {
  for (const shape of shapes) {
    for (const preset of resolutions) {
      const size = exactSize(shape, preset, limits)
      assert.ok(size, `${shape.id} ${preset}`)
      assert.equal(size.width * shape.height, size.height * shape.width, `${shape.id} ${preset}`)
      assert.ok(size.width * size.height >= limits.pixels.min && size.width * size.height <= limits.pixels.max, `${shape.id} ${preset}: ${sizeText(size)}`)
    }
  }
})

test('the squares are the presets themselves', () => {
  assert.deepEqual(resolutions.map((preset) => sizeText(exactSize(shapes[0], preset, limits)!)), ['1024x1024', '2048x2048', '4096x4096'])
})

test('a shape the model cannot make is not offered', () => {
  assert.equal(exactSize({ width: 21, height: 9 }, '1K', { ...limits, ratio: { min: 0.5, max: 2 } }), null)
  assert.equal(exactSize({ width: 16, height: 9 }, '1K', { ...limits, pixels: { min: 1_048_576, max: 1_048_576 } }), null)
})

test('a recipe finds its way back to the same buttons', () => {
  for (const shape of shapes) {
    const size = sizeText(exactSize(shape, '2K', limits)!)
    assert.deepEqual(choiceOf(size, limits), { shape: shape.id, preset: '2K' })
  }
  assert.deepEqual(choiceOf('4K', limits), { shape: '1:1', preset: '4K' })
  assert.equal(choiceOf('1000x1001', limits), null)
  assert.equal(parseSize('2K'), null)
})

test('sizes keep to the steps and the longest side of a model', () => {
  const stepped = { pixels: { min: 65_536, max: 4_194_304 }, ratio: { min: 1 / 3, max: 3 }, step: 16, sideMax: 3_840 }
  for (const shape of shapes) {
    for (const preset of ['1K', '2K']) {
      const size = exactSize(shape, preset, stepped)
      assert.ok(size !== null && size.width % 16 === 0 && size.height % 16 === 0, `${shape.id} ${preset}`)
    }
  }
  assert.equal(exactSize(shapes[0], '2K', { ...stepped, sideMax: 1_024 }), null)
})

test('a resolution that a model does not make says whether it is too small or too large', () => {
  const fine = { ...limits, pixels: { min: 3_686_400, max: 4_624_220 } }
  assert.deepEqual(resolutions.map((preset) => lacksResolution(preset, fine)), ['too small', null, 'too large'])
})
