/** Pictures handed in over HTTP. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import sharp from 'sharp'
import { sql } from '#platform/db'
import { openTestApp } from '#test/app'
import { formOf, plainPicture, uploadPicture } from '#test/pictures'

const app = await openTestApp()

interface Page {
  readonly items: readonly { id: string }[]
  readonly nextCursor: string | null
}

async function refusal(response: Response): Promise<{ status: number; code: string; errors?: { path: string }[] }> {
  const { code, errors } = (await response.json()) as { code: string; errors?: { path: string }[] }
  return { status: response.status, code, ...(errors === undefined ? {} : { errors: errors.map(({ path }) => ({ path })) }) }
}

test('a picture is answered with its id, what it became and where it is; the same one again is the same upload', async () => {
  const client = await app.clientWith(0n)
  const picture = await plainPicture('#c01818', { width: 640, height: 480, format: 'webp' })
  const response = await client.postForm('/api/uploads', formOf(picture, { name: '../../<b>ü.exe', type: 'text/html' }))
  const upload = (await response.json()) as Awaited<ReturnType<typeof uploadPicture>>
  assert.deepEqual([response.status, response.headers.get('location')], [201, `/api/uploads/${upload.id}`])
  assert.deepEqual([upload.url, upload.contentType, upload.width, upload.height], [`/api/uploads/${upload.id}`, 'image/webp', 640, 480])
  assert.equal((await uploadPicture(client, picture)).id, upload.id)
})

test('its bytes come whole, in part, as nothing new, and smaller', async () => {
  const client = await app.clientWith(0n)
  const { url, bytes, contentType } = await uploadPicture(client, await plainPicture('#18c018'))
  const whole = await client.fetch('GET', url)
  const body = Buffer.from(await whole.arrayBuffer())
  assert.deepEqual([whole.status, whole.headers.get('content-type'), body.length], [200, contentType, bytes])
  const part = await client.fetch('GET', url, { headers: { range: 'bytes=4-7' } })
  assert.deepEqual([part.status, Buffer.from(await part.arrayBuffer())], [206, body.subarray(4, 8)])
  assert.equal((await client.fetch('GET', url, { headers: { 'if-none-match': whole.headers.get('etag')! } })).status, 304)
  assert.deepEqual(await refusal(await client.fetch('GET', url, { headers: { range: 'bytes=999999-' } })), { status: 416, code: 'request.range_not_satisfiable' })
  const preview = await client.fetch('GET', `${url}?w=100`)
  const { format, width } = await sharp(Buffer.from(await preview.arrayBuffer())).metadata()
  assert.deepEqual([format, width], ['webp', 100])
  assert.equal((await client.fetch('GET', `${url}?w=100`, { headers: { 'if-none-match': preview.headers.get('etag')! } })).status, 304)
})

test('it is its owner’s alone: to others it does not exist, and nobody gets it without signing in', async () => {
  const [owner, other] = [await app.clientWith(0n), await app.clientWith(0n)]
  const { url } = await uploadPicture(owner, await plainPicture('#1818c0'))
  for (const method of ['GET', 'DELETE']) assert.deepEqual(await refusal(await other.fetch(method, url)), { status: 404, code: 'upload.missing' })
  assert.deepEqual((await other.json<Page>('GET', '/api/uploads')).items, [])
  assert.equal((await fetch(`${app.address}${url}`)).status, 401)
  assert.equal((await fetch(`${app.address}/api/uploads`, { method: 'POST', body: formOf(Buffer.from('x')) })).status, 401)
  assert.equal((await owner.fetch('GET', url)).status, 200)
})

test('the list is newest first and goes on page by page; what is deleted is gone from it and from the address', async () => {
  const client = await app.clientWith(0n)
  const uploads = []
  for (const colour of ['#000001', '#000002', '#000003']) uploads.push(await uploadPicture(client, await plainPicture(colour)))
  const first = await client.json<Page>('GET', '/api/uploads?limit=2')
  assert.deepEqual(first.items.map(({ id }) => id), [uploads[2]!.id, uploads[1]!.id])
  assert.equal((await client.fetch('DELETE', uploads[1]!.url)).status, 204)
  const second = await client.json<Page>('GET', `/api/uploads?limit=2&cursor=${first.nextCursor}`)
  assert.deepEqual([second.items.map(({ id }) => id), second.nextCursor], [[uploads[0]!.id], null])
  assert.deepEqual(await refusal(await client.fetch('GET', uploads[1]!.url)), { status: 404, code: 'upload.missing' })
  assert.deepEqual(await refusal(await client.fetch('DELETE', uploads[1]!.url)), { status: 404, code: 'upload.missing' })
  assert.deepEqual(await refusal(await client.fetch('GET', '/api/uploads?cursor=nonsense')), { status: 400, code: 'request.invalid_cursor' })
})

describe('what is no picture is refused by code, and nothing of it is kept', async () => {
  const client = await app.clientWith(0n)
  const picture = await plainPicture('#123456')
  const two = formOf(picture)
  two.append('file', new Blob([new Uint8Array(picture)]), 'b.png')
  const cases: readonly (readonly [what: string, body: FormData | Buffer, expected: object, type?: string])[] = [
    ['a web page', formOf(Buffer.from('<!doctype html><p>hello')), { status: 422, code: 'media.unsupported' }],
    ['a GIF', formOf(await sharp(picture).gif().toBuffer()), { status: 422, code: 'media.unsupported' }],
    ['a picture with a page in it', formOf(Buffer.concat([picture, Buffer.from('<script>')])), { status: 422, code: 'media.unreadable' }],
    ['half a picture', formOf(picture.subarray(0, picture.length / 2)), { status: 422, code: 'media.unreadable' }],
    ['a picture of sixty-four million pixels', formOf(await plainPicture('#000000', { width: 8_000, height: 8_000 })), { status: 422, code: 'media.too_large' }],
    ['twenty-one megabytes', formOf(Buffer.alloc(21 * 1024 * 1024)), { status: 413, code: 'request.too_large' }],
    ['another field', formOf(picture, { field: 'image' }), { status: 400, code: 'request.invalid', errors: [{ path: '/image' }] }],
    ['two files', two, { status: 400, code: 'request.invalid', errors: [{ path: '/file' }] }],
    ['an empty form', Buffer.from('--x--\r\n'), { status: 400, code: 'request.invalid', errors: [{ path: '/file' }] }, 'multipart/form-data; boundary=x'],
    ['a form that breaks off', Buffer.from('--x\r\ncontent-disposition: form-data; name="file"\r\n\r\nabc'), { status: 400, code: 'request.malformed_multipart' }, 'multipart/form-data; boundary=x'],
    ['a picture that is not in a form', picture, { status: 415, code: 'request.unsupported_media_type' }, 'image/png'],
  ]
  for (const [what, body, expected, type] of cases) {
    test(what, async () => {
      const response = await client.postForm('/api/uploads', body as FormData, type === undefined ? {} : { 'content-type': type })
      assert.deepEqual(await refusal(response), expected)
    })
  }

  test('a connection that ends in the middle', async () => {
    const { port, hostname } = new URL(app.address)
    const socket = connect(Number(port), hostname)
    await once(socket, 'connect')
    socket.write(`POST /api/uploads HTTP/1.1\r\nhost: ${hostname}:${port}\r\ncookie: ${client.cookie}\r\ncontent-type: multipart/form-data; boundary=x\r\ncontent-length: 100000\r\n\r\n--x\r\ncontent-disposition: form-data; name="file"; filename="a"\r\n\r\nabc`)
    socket.end()
    socket.resume()
    await once(socket, 'close')
  })

  test('of none of them there is a row or an object', async () => {
    assert.deepEqual(await app.db.query(sql`select id from uploads where account_id = ${client.accountId}`), [])
    assert.deepEqual((await client.json<Page>('GET', '/api/uploads')).items, [])
    const folderOf = (accountId: string) => join(app.dataDirectory, 'files', 'uploads', accountId)
    assert.equal(existsSync(folderOf(client.accountId)), false)
    const other = await app.clientWith(0n)
    await uploadPicture(other, await plainPicture('#123456'))
    assert.equal(existsSync(folderOf(other.accountId)), true)
  })
})
