import assert from 'node:assert/strict'
import { test } from 'node:test'
import { changeText, chargedText, creditsText, generateLabel, moneyText, shortfallText } from './credits-text.ts'

test('the unit agrees with the number', () => {
  assert.deepEqual([0, 1, 2, 1000].map(creditsText), ['0 credits', '1 credit', '2 credits', '1,000 credits'])
})

test('the button names the whole price', () => {
  assert.equal(generateLabel(4), 'Generate · 4 credits')
  assert.equal(generateLabel(1), 'Generate · 1 credit')
})

test('a change always carries its sign', () => {
  assert.deepEqual([100, -4, 0].map(changeText), ['+100', '−4', '0'])
})

test('the button is off only when the balance is known to be too small', () => {
  assert.equal(shortfallText(4, 4), null)
  assert.equal(shortfallText(4, undefined), null)
  assert.equal(shortfallText(4, 2), 'This needs 4 credits and you have 2.')
})

test('the money line says what was held, what was taken and what came back', () => {
  assert.equal(moneyText({ held: 4, captured: 0, released: 0 }, false), '4 credits held. You pay only for what arrives.')
  assert.equal(moneyText({ held: 4, captured: 4, released: 0 }, true), '4 credits taken.')
  assert.equal(moneyText({ held: 4, captured: 3, released: 1 }, true), '3 credits taken, 1 came back.')
  assert.equal(moneyText({ held: 4, captured: 0, released: 4 }, true), 'Nothing was charged, 4 credits came back.')
})

test('whether one was charged is answered before, after, and when nothing came', () => {
  assert.equal(chargedText({ credits: 0, class: 'open', reason: 'Held.' }), 'Not yet. Held.')
  assert.equal(chargedText({ credits: 0, class: 'refused_input', reason: 'Refused.' }), 'No. Refused.')
  assert.equal(chargedText({ credits: 3, class: 'partial', reason: 'A part came.' }), 'Yes, 3 credits. A part came.')
})
