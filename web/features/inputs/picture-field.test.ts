import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isUpload, moved, nameText, refusalsOf, refuseAddress, refuseFile, roomIn } from './picture-field.ts'

const ID = '0199c0de-8f3a-7000-8000-5d0c2b1a9e44'

test('a name is an upload by its form, and an address is called by its host', () => {
  assert.deepEqual([isUpload(ID), isUpload('https://pictures.example/a.png')], [true, false])
  assert.deepEqual([nameText(ID), nameText('https://pictures.example/a.png?x=1')], ['Picture', 'pictures.example'])
})

test('what cannot be taken is said before anything is sent', () => {
  assert.equal(refuseAddress('https://pictures.example/a.png'), null)
  for (const text of ['pictures', 'http://pictures.example/a.png', 'file:///a.png']) assert.notEqual(refuseAddress(text), null)
  assert.equal(refuseFile({ size: 10, type: 'image/webp' }), null)
  for (const file of [{ size: 10, type: 'image/gif' }, { size: 30_000_000, type: 'image/png' }, { size: 0, type: 'image/png' }]) assert.notEqual(refuseFile(file), null)
})

test('a field has room for as many as it takes, and none where it has a reason', () => {
  assert.equal(roomIn({ names: ['a'], max: 3, reason: null }, 1), 1)
  assert.equal(roomIn({ names: ['a'], max: 1, reason: null }, 1), 0)
  assert.equal(roomIn({ names: [], max: 3, reason: 'not by this model' }, 0), 0)
})

test('a picture moves by one place and not off the end', () => {
  assert.deepEqual(moved(['a', 'b', 'c'], 1, -1), ['b', 'a', 'c'])
  assert.deepEqual(moved(['a', 'b', 'c'], 2, 1), ['a', 'b', 'c'])
})

test('a refusal is told at the picture that its path names, and stays with it', () => {
  const fields = [{ id: 'referenceImages', names: ['a', 'b'] }, { id: 'firstFrame', names: ['c'] }] as const
  const errors = [{ path: '/referenceImages/1', message: 'is no upload of your account' }, { path: '/firstFrame', message: 'is too small' }, { path: '/prompt', message: 'is blank' }, { path: '/referenceImages/7', message: 'x' }]
  const mutable = fields.map(({ id, names }) => ({ id, names: [...names] }))
  assert.deepEqual([...refusalsOf(mutable, undefined)], [])
  assert.deepEqual([...refusalsOf(mutable, errors)], [['referenceImages b', 'This picture is no upload of your account.'], ['firstFrame c', 'This picture is too small.']])
})
