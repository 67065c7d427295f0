import assert from 'node:assert/strict'
import { test } from 'node:test'
import { batchPercent, batchText, lettersText, moneyText, payloadText } from './letter-text.ts'

test('what became of the credits is always said', () => {
  const text = (state: 'released' | 'waived' | 'none') => moneyText({ state: 'open', credits: { state, amount: 2 } })
  assert.deepEqual([text('released'), text('waived'), text('none')], ['2 credits came back', 'Was at no cost; another try holds 2 credits', 'Nothing was held'])
})

test('a payload is one line, whatever it is', () => {
  assert.equal(payloadText({ prompt: '••• 5 characters', n: 2, size: '1K' }), '••• 5 characters · 2 pictures · 1K')
  assert.equal(payloadText('••• 9 characters'), '••• 9 characters')
  assert.equal(payloadText({ other: 1 }), '{"other":1}')
  assert.equal(payloadText(null), 'null')
})

test('a batch says how far it is and what it left', () => {
  const batch = {
    id: 'b', filter: {}, waived: false, state: 'running', total: 10, retried: 4, unpayable: 1, skipped: 0, credits: 4, startedBy: 'x', stoppedBy: null, createdAt: '', finishedAt: null,
  } as const
  assert.equal(batchText(batch), 'Trying again: 4 of 10 tried again, 4 credits held, 1 cannot pay')
  assert.equal(batchPercent(batch), 50)
  assert.equal(lettersText(1), '1 dead letter')
})
