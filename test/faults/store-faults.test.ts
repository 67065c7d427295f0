/** What a store can do wrong while results are on their way to it, against the whole product. docs/reference/faults.md lists it with its promises. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { openTestApp } from '#test/app'
import { withoutPostgres } from '#test/database'
import { assertBooks } from '#test/ledger'
import { type S3Fault, startS3Emulator } from '#test/s3-emulator'
import { until } from '#test/generations'

test('a bucket that fails in the middle of a result', { skip: withoutPostgres }, async (t) => {
  const store = await startS3Emulator()
  after(() => store.stop())
  const bucket = store.newBucket()
  const app = await openTestApp({ S3_BUCKET_NAME: bucket, S3_ENDPOINT: store.endpoint, S3_REGION: 'us-east-1', S3_ACCESS_KEY_ID: 'test', S3_SECRET_ACCESS_KEY: 'test' })
  const faults: readonly (readonly [string, S3Fault])[] = [
    ['refuses it', { status: 503, code: 'ServiceUnavailable' }], ['takes 60 % of it and hangs up', { cutRequestAfterBytes: 20_000 }], ['takes it and says nothing', { stall: true }],
  ]
  for (const [how, fault] of faults) {
    await t.test(`${how}, however often: it is there within a minute after that, made once and paid once, and half a result is never seen`, async () => {
      let struck = 0
      // More often than the client of the store repeats a request by itself; a silent store costs its whole time each, so once.
      const strikes = 'stall' in fault ? 1 : 6
      store.fault = ({ method, path }) => {
        if (method !== 'PUT' || !path.includes('/generations/') || struck >= strikes) return undefined
        struck += 1
        return fault
      }
      const client = await app.clientWith(10n)
      const { id } = await client.generate({ prompt: 'a lighthouse', size: '1K' })
      const done = await client.ended(id, 60_000)
      assert.deepEqual([done.status, done.outputs.length, done.credits.captured, struck], ['succeeded', 1, 1, strikes])
      assert.equal((await (await client.fetch('GET', done.outputs[0]!.url)).arrayBuffer()).byteLength, done.outputs[0]!.bytes)
      assert.deepEqual(app.simulator.stats().requests[id], { calls: 1, billedImages: 1, billedVideos: 0 })
      assert.deepEqual([...store.uploads], [])
    })
  }
  store.fault = () => undefined
  await assertBooks(app.db)
})

/** A disk of two megabytes, where this machine allows to make one. */
function makeSmallDisk(): string | null {
  const directory = mkdtempSync(join(tmpdir(), 'cooly-small-disk-'))
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', directory], { stdio: 'ignore' })
  } catch {
    rmSync(directory, { recursive: true })
    return null
  }
  after(() => {
    execFileSync('umount', ['--lazy', directory])
    rmSync(directory, { recursive: true })
  })
  return directory
}

const disk = withoutPostgres === false ? makeSmallDisk() : null

test('a full disk: readiness says so, what was made waits, keeps no half file, and is there soon after there is room', { skip: withoutPostgres || (disk === null && 'this machine lets nobody make a small disk') }, async () => {
  const files = join(disk!, 'files')
  mkdirSync(files)
  const filler = join(disk!, 'filler')
  const app = await openTestApp({ COOLY_DATA_DIR: disk! })
  const fill = () => assert.throws(() => writeFileSync(filler, Buffer.alloc(4 * 1_024 * 1_024)), { code: 'ENOSPC' })
  fill()
  const client = await app.clientWith(10n)
  const { id } = await client.generate({ prompt: 'a lighthouse', size: '2048x2048' })
  await until(async () => (await fetch(`${app.address}/ready`)).status === 503)
  await until(async () => (await app.db.query({ text: `select 1 from generation_sessions where id = $1 and status = 'queued' and attempts >= 1`, values: [id], name: undefined })).length === 1)
  assert.deepEqual(readdirSync(join(files, '.parts')), [])
  rmSync(filler)
  const done = await client.ended(id, 30_000)
  assert.deepEqual([done.status, done.credits.captured], ['succeeded', 1])
  assert.deepEqual(app.simulator.stats().requests[id], { calls: 1, billedImages: 1, billedVideos: 0 })
  assert.equal((await fetch(`${app.address}/ready`)).status, 200)
  await assertBooks(app.db)
})
