import assert from 'node:assert/strict'
import { PassThrough, Readable } from 'node:stream'
import { describe, test } from 'node:test'
import { readOnlyFile } from './only-file.ts'

const TYPE = 'multipart/form-data; boundary=xyz'
const BYTES = Buffer.from([0, 13, 10, 45, 45, 255, 13, 10, 45, 45, 120, 121, 13, 10])

interface Piece {
  readonly head?: string
  readonly content?: Buffer | string
}

function formOf(pieces: readonly Piece[], { end = '\r\n--xyz--\r\n', before = '' } = {}): Buffer {
  const parts = pieces.map(({ head = 'content-disposition: form-data; name="file"; filename="a.png"', content = BYTES }, index) =>
    Buffer.concat([Buffer.from(`${index === 0 ? '' : '\r\n'}--xyz\r\n${head}\r\n\r\n`), Buffer.from(content)]),
  )
  return Buffer.concat([Buffer.from(before), ...parts, Buffer.from(end)])
}

function read(form: Buffer, { type = TYPE, bytesMax = 1_000, pieceBytes = 1_000_000 } = {}): Promise<Buffer> {
  const pieces = Array.from({ length: Math.ceil(form.length / pieceBytes) }, (_, index) => form.subarray(index * pieceBytes, (index + 1) * pieceBytes))
  return readOnlyFile(type, Readable.from(pieces), { field: 'file', bytesMax })
}

describe('a form with one file', () => {
  test('gives the very bytes of the file, however it is cut into pieces', async () => {
    for (const pieceBytes of [1, 2, 3, 7, 64, 1_000_000]) assert.deepEqual(await read(formOf([{}]), { pieceBytes }), BYTES)
  })

  test('is read as the platform writes it, with any name that a file may have', async () => {
    for (const name of ['a.png', 'ü "quoted"; name=other\r\n.png', '../../etc/passwd', 'x'.repeat(8_000), '']) {
      const form = new FormData()
      form.append('file', new Blob([new Uint8Array(BYTES)], { type: 'text/html' }), name)
      const response = new Response(form)
      const bytes = Buffer.from(await response.arrayBuffer())
      assert.deepEqual(await read(bytes, { type: response.headers.get('content-type')!, bytesMax: 100_000 }), BYTES)
    }
  })

  test('may have text before and behind it, white space behind a boundary, and a boundary in quotes', async () => {
    const form = formOf([{}], { before: 'this is a form\r\n', end: '\r\n--xyz--\r\nthe end' })
    assert.deepEqual(await read(form), BYTES)
    assert.deepEqual(await read(form, { type: 'multipart/form-data; charset=utf-8; boundary="xyz"' }), BYTES)
    const spaced = Buffer.from(formOf([{}]).toString('latin1').replace('--xyz\r\n', '--xyz \t\r\n'), 'latin1')
    assert.deepEqual(await read(spaced), BYTES)
  })

  test('may hold what looks like a boundary and goes on', async () => {
    const content = Buffer.from('one\r\n--xyzzy\r\n--xyz-\r\ntwo')
    assert.deepEqual(await read(formOf([{ content }])), content)
  })
})

const REFUSED: readonly (readonly [what: string, form: Buffer, code: string, path?: string | undefined, type?: string])[] = [
  ['no boundary in the type', formOf([{}]), 'request.malformed_multipart', undefined, 'multipart/form-data'],
  ['a boundary of other characters', formOf([{}]), 'request.malformed_multipart', undefined, 'multipart/form-data; boundary="x\u0000y"'],
  ['nothing at all', Buffer.alloc(0), 'request.malformed_multipart'],
  ['another boundary', formOf([{}]), 'request.malformed_multipart', undefined, 'multipart/form-data; boundary=abc'],
  ['a file that breaks off', formOf([{}], { end: '' }), 'request.malformed_multipart'],
  ['a file that breaks off inside the boundary', formOf([{}], { end: '\r\n--xy' }), 'request.malformed_multipart'],
  ['headers that do not end', Buffer.from(`--xyz\r\n${'a: b\r\n'.repeat(10_000)}\r\n\r\nx\r\n--xyz--`), 'request.malformed_multipart'],
  ['a part without a name', formOf([{ head: 'content-disposition: form-data; filename="a"' }]), 'request.malformed_multipart'],
  ['a part that is encoded', formOf([{ head: 'content-disposition: form-data; name="file"; filename="a"\r\ncontent-transfer-encoding: base64' }]), 'request.malformed_multipart'],
  ['no field', Buffer.from('--xyz--\r\n'), 'request.invalid', '/file'],
  ['another field', formOf([{ head: 'content-disposition: form-data; name="picture"; filename="a"' }]), 'request.invalid', '/picture'],
  ['a field with an absurd name', formOf([{ head: `content-disposition: form-data; name="a/~${'x'.repeat(500)}"; filename="a"` }]), 'request.invalid', `/a~1~0${'x'.repeat(97)}`],
  ['an empty file', formOf([{ content: '' }]), 'request.invalid', '/file'],
  ['two files', formOf([{}, {}]), 'request.invalid', '/file'],
  ['a field behind the file', formOf([{}, { head: 'content-disposition: form-data; name="note"', content: 'x' }]), 'request.invalid', '/note'],
  ['more bytes than are taken', formOf([{ content: 'x'.repeat(1_001) }]), 'request.too_large'],
  ['far more bytes than are taken', formOf([{ content: 'x'.repeat(80_000) }]), 'request.too_large'],
]

describe('what is no such form is refused by code and field', () => {
  for (const [what, form, code, path, type = TYPE] of REFUSED) {
    test(what, async () => {
      await assert.rejects(read(form, { type }), (error: Error & { code: string; members: { errors?: { path: string }[] } }) => {
        assert.equal(error.code, code, error.message)
        if (path !== undefined) assert.equal(error.members.errors?.[0]?.path, path)
        return true
      })
    })
  }

  test('a body that is too long is not read to its end', async () => {
    let read = 0
    const endless = Readable.from((function* () {
      yield Buffer.from('--xyz\r\ncontent-disposition: form-data; name="file"; filename="a"\r\n\r\n')
      for (;; read += 1) yield Buffer.alloc(16_384)
    })())
    await assert.rejects(readOnlyFile(TYPE, endless, { field: 'file', bytesMax: 1_000 }), { code: 'request.too_large' })
    assert(read < 20, `${read} pieces were read`)
    assert(endless.destroyed)
  })

  test('a body of which nothing comes any more is not waited for', async () => {
    const silent = new PassThrough()
    silent.write('--xyz\r\ncontent-disposition: form-data; name="file"; filename="a"\r\n\r\nabc')
    await assert.rejects(readOnlyFile(TYPE, silent, { field: 'file', bytesMax: 1_000, idleMs: 20 }), { code: 'request.timeout' })
    assert(silent.destroyed)
  })
})
