import assert from 'node:assert/strict'
import { test } from 'node:test'
import { InvalidConfig, readConfig } from './config.ts'

function mistakesOf(env: Record<string, string>): readonly string[] {
  try {
    readConfig(env)
  } catch (error) {
    assert(error instanceof InvalidConfig)
    return error.mistakes
  }
  return []
}

test('without any settings it is the embedded default with the web app on port 3000, on this machine only', () => {
  const config = readConfig({})
  assert.deepEqual([config.role, config.database.url, config.http.web, config.http.port, config.http.host], ['all', null, true, 3000, '127.0.0.1'])
  assert.equal(config.accounts.demo, true)
})

test('an API by itself listens on 5001, and an empty value is no value', () => {
  const config = readConfig({ COOLY_ROLE: 'api', DATABASE_URL: 'postgres://db/cooly', PORT: '' })
  assert.deepEqual([config.http.web, config.http.port], [false, 5001])
})

test('all mistakes are reported together, and none of them shows a secret', () => {
  const mistakes = mistakesOf({ PORT: '99999', COOLY_ROLE: 'boss', AUTH_SECRET: 'too-short', COOLY_DATADIR: 'x' })
  assert.equal(mistakes.length, 4)
  assert(mistakes.some((mistake) => mistake === 'COOLY_DATADIR is not a setting'))
  assert(!mistakes.join().includes('too-short'))
})

test('production makes no demo person, and refuses failpoints and a secret that processes would not share', () => {
  const production = { NODE_ENV: 'production', DATABASE_URL: 'postgres://db/cooly' }
  assert.equal(readConfig({ ...production, AUTH_SECRET: 's'.repeat(32) }).accounts.demo, false)
  assert.match(mistakesOf({ ...production, AUTH_SECRET: 's'.repeat(32), COOLY_FAILPOINTS: 'worker.after_put=kill9' }).join(), /refused in production/)
  assert.match(mistakesOf(production).join(), /AUTH_SECRET is required/)
})

test('a role of its own needs a database that several processes can use', () => {
  assert.match(mistakesOf({ COOLY_ROLE: 'worker' }).join(), /needs DATABASE_URL/)
})

test('queues this version does not have are refused, not ignored', () => {
  assert.equal(mistakesOf({ USE_BULLMQ: 'true' }).length, 1)
  assert.equal(mistakesOf({ QUEUE: 'sqs' }).length, 1)
})
