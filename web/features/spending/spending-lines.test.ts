import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fillSpendingDays, shownCost } from './spending-lines.ts'

test('every day has a line, and a line costs what was billed and what simulated calls would have been', () => {
  const [empty] = fillSpendingDays(['2026-11-23', '2026-11-24'], [])
  const known = { ...empty!, key: '2026-11-24', costMicroUsd: 5, nominalCostMicroUsd: 7 }
  const filled = fillSpendingDays(['2026-11-23', '2026-11-24'], [known])
  assert.deepEqual(filled.map(({ key }) => key), ['2026-11-23', '2026-11-24'])
  assert.deepEqual(filled.map(shownCost), [0, 12])
})
