import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openTestApp } from '#test/app'
import { withoutPostgres } from '#test/database'

test('the outputs of a generation as one zip', { skip: withoutPostgres }, async (t) => {
  const app = await openTestApp()
  const client = await app.clientWith(10n)
  const { id } = await client.generate({ prompt: 'a fox', n: 3, size: '1K' })
  const { outputs } = await client.ended(id)

  await t.test('holds the very bytes of each, under plain names, and says its length beforehand', async () => {
    const response = await client.fetch('GET', `/api/generations/${id}/outputs.zip`)
    assert.deepEqual([response.status, response.headers.get('content-type')], [200, 'application/zip'])
    assert.match(response.headers.get('content-disposition')!, /^attachment; filename="cooly-[0-9a-f]{12}\.zip"$/)
    const zip = Buffer.from(await response.arrayBuffer())
    assert.equal(zip.length, Number(response.headers.get('content-length')))
    assert.equal(zip.readUInt32LE(0), 0x04034b50)
    for (const [position, { url }] of outputs.entries()) {
      const bytes = Buffer.from(await (await client.fetch('GET', url)).arrayBuffer())
      assert(zip.includes(bytes), url)
      assert(zip.includes(`${position + 1}.jpg`))
    }
  })

  await t.test('is for its account alone, and there is none without outputs', async () => {
    const code = async (response: Response) => [response.status, (await response.json() as { code: string }).code]
    const stranger = await app.clientWith(0n)
    assert.deepEqual(await code(await stranger.fetch('GET', `/api/generations/${id}/outputs.zip`)), [404, 'generation.missing'])
    const failed = await client.generate({ prompt: 'a fox [[fault:refuse-input]]', size: '1K' })
    await client.ended(failed.id)
    assert.deepEqual(await code(await client.fetch('GET', `/api/generations/${failed.id}/outputs.zip`)), [404, 'generation.no_outputs'])
  })
})
