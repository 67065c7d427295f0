import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openLogger, type LoggerOptions } from './logger.ts'

async function logged(write: (log: Awaited<ReturnType<typeof openLogger>>) => void, options: Partial<LoggerOptions> = {}) {
  const lines: string[] = []
  const destination = { write: (line: string) => void lines.push(line) }
  write(await openLogger({ level: 'info', format: 'json', destination, ...options }))
  return lines
}

test('a secret under a known key never reaches a line, at any depth and in any spelling', async () => {
  const canary = 'canary-7f3a'
  const lines = await logged((log) => {
    log.info({ headers: { authorization: canary, cookie: canary, 'set-cookie': [canary], 'x-api-key': canary } }, 'a')
    log.info({ user: { password: canary, newPassword: canary, nested: [{ deep: { apiKey: canary } }] } }, 'b')
    log.info({ storage: { secret: canary, clientSecret: canary, accessToken: canary, secretAccessKey: canary } }, 'c')
    log.child({ token: canary }).child({ request: { cookie: canary } }).info('d')
    log.error({ err: Object.assign(new Error('failed'), { config: { headers: { Authorization: canary } } }) }, 'e')
  })
  assert.equal(lines.length, 5)
  for (const line of lines) {
    assert.ok(!line.includes(canary), line)
    assert.ok(line.includes('[redacted]'), line)
  }
})

test('numbers, flags and ordinary fields stay readable', async () => {
  const [line] = await logged((log) => log.info({ tokens: 12, token: false, path: '/api/things', keys: ['a'] }, 'seen'))
  const { level, tokens, token, path, keys, msg } = JSON.parse(line!)
  assert.deepEqual({ level, tokens, token, path, keys, msg }, {
    level: 'info', tokens: 12, token: false, path: '/api/things', keys: ['a'], msg: 'seen',
  })
})

test('redacting leaves the caller\'s own object untouched', async () => {
  const record = { user: { password: 'kept' } }
  await logged((log) => log.info(record, 'seen'))
  assert.equal(record.user.password, 'kept')
})

test('line breaks in a value cannot forge a second JSON line', async () => {
  const lines = await logged((log) => log.info({ name: 'x\n{"level":"fatal"}\r\n' }, 'one\ntwo'))
  assert.equal(lines.length, 1)
  assert.equal(lines[0]!.trimEnd().split(/[\r\n]/).length, 1)
})

test('the level decides what is written, and silent writes nothing', async () => {
  const warned = await logged((log) => { log.info('no'); log.warn('yes') }, { level: 'warn' })
  assert.equal(warned.length, 1)
  assert.deepEqual(await logged((log) => log.fatal('no'), { level: 'silent' }), [])
})

test('pretty lines are written at once, in this process', async () => {
  const { PassThrough } = await import('node:stream')
  const destination = new PassThrough()
  const log = await openLogger({ level: 'info', format: 'pretty', destination })
  log.info({ port: 3000 }, 'listening')
  const text = String(destination.read())
  assert.match(text, /INFO/)
  assert.match(text, /listening/)
  assert.match(text, /port: 3000/)
})
