import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Remembered } from './remembered.ts'

test('all who ask at once, and soon after, get one reading; what is forgotten is read again', async () => {
  let readings = 0
  const remembered = new Remembered(() => Promise.resolve((readings += 1)), 60_000)
  assert.deepEqual(await Promise.all([remembered.get(), remembered.get()]), [1, 1])
  assert.equal(await remembered.get(), 1)
  remembered.forget()
  assert.equal(await remembered.get(), 2)
})

test('a reading that failed is not remembered', async () => {
  let readings = 0
  const remembered = new Remembered(() => ((readings += 1) === 1 ? Promise.reject(new Error('away')) : Promise.resolve('there')), 60_000)
  await assert.rejects(remembered.get(), /away/)
  assert.equal(await remembered.get(), 'there')
})
