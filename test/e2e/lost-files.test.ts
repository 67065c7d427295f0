/** Files that somebody took away, cut off or unmounted behind our back, as people meet it. Refusals are held to no declarations, as in production. */
import assert from 'node:assert/strict'
import { renameSync, rmSync, truncateSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { sql } from '#platform/db'
import { openTestApp } from '#test/app'
import { withoutPostgres } from '#test/database'
import { plainPicture, uploadPicture } from '#test/pictures'

test('files that are not what was stored', { skip: withoutPostgres }, async (t) => {
  const app = await openTestApp({}, { strict: false })
  const client = await app.clientWith(10n)
  const files = join(app.dataDirectory, 'files')
  const { id } = await client.generate({ prompt: 'a lighthouse', size: '1K' })
  const [output] = (await client.ended(id)).outputs
  const [{ key }] = (await app.db.query(sql`select object_key as key from generation_outputs where id = ${output!.id}`)) as [{ key: string }]
  const picture = await plainPicture('#204060')
  const upload = await uploadPicture(client, picture)
  const uploadFile = join(files, 'uploads', client.accountId, upload.id)
  const answerTo = async (url: string, headers: Record<string, string> = {}) => {
    const response = await client.fetch('GET', url, { headers, signal: AbortSignal.timeout(5_000) })
    return [response.status, ((await response.json()) as { code: string }).code]
  }
  const everyWay = [[output!.url], [output!.url, { range: 'bytes=900-999' }], [output!.url, { range: 'bytes=99-' }], [`${output!.url}?w=64`], [upload.url], [`${upload.url}?w=64`]] as const

  await t.test('while the place of all files is gone, none of them is taken for lost, and no upload is forgotten', async () => {
    renameSync(files, `${files}-elsewhere`)
    for (const [url, headers] of everyWay) assert.deepEqual(await answerTo(url, headers), [503, 'storage.unavailable'], url)
    await assert.rejects(uploadPicture(client, picture))
    renameSync(`${files}-elsewhere`, files)
    assert.equal((await uploadPicture(client, picture)).id, upload.id)
  })

  for (const [how, damage] of [['shorter than it was', (path: string) => truncateSync(path, 50)], ['gone', rmSync]] as const) {
    await t.test(`one that is ${how} is a fault of ours, told at once, and never waited for`, async () => {
      damage(join(files, key))
      damage(uploadFile)
      for (const [url, headers] of everyWay) assert.deepEqual(await answerTo(url, headers), [500, 'server.error'], `${url} ${JSON.stringify(headers)}`)
    })
  }

  await t.test('a picture whose file was lost is whole again once it is handed in again', async () => {
    const again = await uploadPicture(client, picture)
    assert.equal((await client.fetch('GET', again.url)).status, 200)
    assert.deepEqual((await client.json<{ items: { id: string }[] }>('GET', '/api/uploads')).items.map(({ id: each }) => each), [again.id])
  })
})
