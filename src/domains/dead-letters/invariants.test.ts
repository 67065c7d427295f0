import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { checkLaws } from '#domains/credits'
import { newId } from '#lib/ids'
import { lookAtDamage } from '#test/damage'
import { flavours, openTestDatabase } from '#test/database'
import { failedGeneration } from '#test/dead-letters'
import { nothingKnown } from '#test/generations'
import { accountWith } from '#test/ledger'
import { startBatch, workBatch } from './batch.ts'
import { deadLetterInvariants } from './invariants.ts'

const planted = [
  { law: 'I-41', damage: `update dead_letter_batches set state = 'done', finished_at = now() where id = $batch` },
  { law: 'I-41', damage: `update dead_letter_batches set retried = total where id = $batch` },
  { law: 'I-41', damage: `update dead_letter_batches set total = 1 where id = $batch; update dead_letters set state = 'retried' where batch_id = $batch` },
] as const

for (const flavour of flavours) {
  describe(`on ${flavour}`, async () => {
    const db = await openTestDatabase(flavour)
    const accountId = await accountWith(db, 10n)
    for (let index = 0; index < 3; index += 1) await failedGeneration(db, { accountId, outputs: 1 })
    const batch = await db.transaction((tx) => startBatch(tx, { filter: {}, waived: false, by: 'cli:test' }))
    await workBatch({ db, known: nothingKnown, waitingMax: 1, onReopened: () => undefined, onError: assert.ifError }, batch!.id)

    test('a batch in the middle of its work breaks no law', async () => {
      assert.deepEqual((await checkLaws(db, deadLetterInvariants)).filter(({ violations }) => violations > 0), [])
    })

    for (const { law, damage } of planted) {
      test(`${law} finds and names: ${damage}`, async () => {
        const checks = await lookAtDamage(db, damage, { batch: batch!.id, other: newId() }, (tx) => checkLaws(tx, deadLetterInvariants))
        assert.deepEqual(checks.find(({ id }) => id === law)?.ids, [batch!.id])
      })
    }

    test('every law has been broken here', () => {
      assert.deepEqual(deadLetterInvariants.filter(({ id }) => !planted.some(({ law }) => law === id)), [])
    })
  })
}
