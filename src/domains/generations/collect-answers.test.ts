import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { test } from 'node:test'
import { firstIdAt, newId } from '#lib/ids'
import { openStorage } from '#platform/storage'
import { collectAnswers, isOurs } from './collect-answers.ts'

test('answers that nobody fetched in time are collected, those that may still be are not, and nothing else is touched', async (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'cooly-collect-'))
  t.after(() => rmSync(directory, { recursive: true }))
  const storage = await openStorage({ directory })
  const HOUR = 3_600_000
  const keys = [
    `provider-answers/openai/${firstIdAt(Date.now() - 27 * HOUR)}.png`,
    `provider-answers/openai/${firstIdAt(Date.now() - 25 * HOUR)}.png`,
    `provider-answers/openai/${newId()}.jpeg`,
    `generations/${firstIdAt(0)}/1/0`,
  ]
  for (const key of keys) await storage.put(key, Readable.from([Buffer.from('x')]), { maxBytes: 10 })
  assert.equal(await collectAnswers(storage), 1)
  assert.equal(await collectAnswers(storage), 0)
  await assert.rejects(storage.stat(keys[0]!), { code: 'storage.missing' })
  for (const key of keys.slice(1)) assert.equal((await storage.stat(key)).bytes, 1)
})

test('of the unfinished uploads of a bucket those are ours whose keys are as we make them', () => {
  const [one, other] = [newId(), newId()]
  for (const key of [`generations/${one}/3/0`, `generations/${one}/3/0-poster`, `uploads/${one}/${other}`, `provider-answers/openai/${one}.png`]) assert.equal(isOurs(key), true, key)
  for (const key of ['backups/today.tar', 'uploads/holiday.mp4', `uploads/${one}/film.mp4`, 'generations/film.mp4', `provider-answers-of-others/${one}`]) assert.equal(isOurs(key), false, key)
})
