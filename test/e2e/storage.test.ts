import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { sql } from '#platform/db'
import { openTestApp } from '#test/app'
import { withoutPostgres } from '#test/database'
import { assertBooks } from '#test/ledger'
import { startS3Emulator } from '#test/s3-emulator'

test('with the files in a bucket', { skip: withoutPostgres }, async (t) => {
  const emulator = await startS3Emulator()
  t.after(() => emulator.stop())
  const bucket = emulator.newBucket()
  const app = await openTestApp({
    S3_BUCKET_NAME: bucket, S3_ENDPOINT: emulator.endpoint, S3_PUBLIC_ENDPOINT: emulator.endpoint, S3_ACCESS_KEY_ID: 'test', S3_SECRET_ACCESS_KEY: 'test',
  })
  const client = await app.clientWith(20n)

  await t.test('pictures are kept there and read through the API, whole and in part', async () => {
    const { id } = await client.generate({ prompt: 'a lighthouse', size: '1K', n: 2 })
    const { status, outputs } = await client.ended(id)
    assert.deepEqual([status, outputs.length], ['succeeded', 2])
    const written = emulator.requests.filter(({ method, path }) => method === 'PUT' && path.includes(`/${bucket}/generations/${id}/`))
    assert.equal(written.length, 2)
    const whole = Buffer.from(await (await client.fetch('GET', outputs[0]!.url)).arrayBuffer())
    const [asset] = await app.db.query<{ sha256: string }>(sql`select sha256 from generation_outputs where id = ${outputs[0]!.id}`)
    assert.equal(createHash('sha256').update(whole).digest('hex'), asset!.sha256)
    const part = await client.fetch('GET', outputs[0]!.url, { headers: { range: 'bytes=10-19' } })
    assert.deepEqual([part.status, Buffer.from(await part.arrayBuffer())], [206, whole.subarray(10, 20)])
    assert.equal((await client.fetch('GET', `${outputs[0]!.url}?w=64`)).headers.get('content-type'), 'image/webp')
  })

  await t.test('a download is led to an address of the store, after the access check', async () => {
    const { id } = await client.generate({ prompt: 'a lighthouse', size: '1K' })
    const [output] = (await client.ended(id)).outputs
    const led = await client.fetch('GET', `${output!.url}?download=true`)
    assert.equal(led.status, 302)
    const download = await fetch(led.headers.get('location')!)
    assert.match(download.headers.get('content-disposition') ?? '', /^attachment; filename="?cooly-/)
    assert.equal((await download.arrayBuffer()).byteLength, output!.bytes)
    const stranger = await app.clientWith(0n)
    assert.equal((await stranger.fetch('GET', `${output!.url}?download=true`)).status, 404)
  })

  await t.test('while the bucket refuses, readiness says so and nothing is charged; once it takes again, the picture is made and not paid for twice', async () => {
    emulator.fault = ({ method }) => (method === 'PUT' ? { status: 503, code: 'ServiceUnavailable' } : undefined)
    const { id } = await client.generate({ prompt: 'a lighthouse', size: '1K' })
    assert.equal((await client.fetch('GET', '/ready')).status, 503)
    assert.equal((await client.json<{ credits: { captured: number } }>('GET', `/api/generations/${id}`)).credits.captured, 0)
    emulator.fault = () => undefined
    assert.deepEqual((await client.ended(id)).credits, { ...(await client.ended(id)).credits, captured: 1, released: 0 })
    assert.equal(app.simulator.stats().requests[id]!.calls, 1)
    await assertBooks(app.db)
  })
})

test('with the files at Backblaze', { skip: withoutPostgres }, async (t) => {
  const emulator = await startS3Emulator({ backblaze: true })
  t.after(() => emulator.stop())
  const app = await openTestApp({
    B2_BUCKET: emulator.newBucket(), B2_REGION: 'us-west-004', B2_KEY_ID: 'test', B2_APPLICATION_KEY: 'test', B2_ENDPOINT: emulator.endpoint,
  })
  const client = await app.clientWith(5n)
  const { id } = await client.generate({ prompt: 'a lighthouse', size: '1K' })
  const { status, outputs } = await client.ended(id)
  assert.equal(status, 'succeeded')
  assert.equal((await (await client.fetch('GET', `${outputs[0]!.url}?download=true`)).arrayBuffer()).byteLength, outputs[0]!.bytes)
  assert.equal((await client.fetch('GET', '/ready')).status, 200)
})
