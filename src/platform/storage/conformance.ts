import assert from 'node:assert/strict'
import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { test } from 'node:test'
import type { Storage } from './port.ts'

const MEBIBYTE = 1024 * 1024

/** The promises of the port. Every adapter runs them against a store of its own. */
export function storageConformance(openEmpty: () => Promise<Storage>): void {
  const keyOf = (): string => `probe/${randomUUID()}/0.jpeg`

  test('what is put comes back byte for byte, with its size and hash', async () => {
    const storage = await openEmpty()
    const [key, bytes] = [keyOf(), randomBytes(3 * MEBIBYTE + 7)]
    const stored = await storage.put(key, inPieces(bytes), { maxBytes: 4 * MEBIBYTE })
    assert.deepEqual(stored, { bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') })
    assert.deepEqual(await readBack(storage, key), bytes)
    const { etag, ...stat } = await storage.stat(key)
    assert.deepEqual(stat, { bytes: bytes.length })
    assert.match(etag, /^[\w-]+$/)
  })

  test('a body of many parts comes back byte for byte', async () => {
    const storage = await openEmpty()
    const [key, bytes] = [keyOf(), randomBytes(20 * MEBIBYTE + 1)]
    const stored = await storage.put(key, inPieces(bytes), { maxBytes: bytes.length, bytes: bytes.length, contentType: 'video/mp4' })
    assert.deepEqual(stored, { bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') })
    assert.equal((await readBack(storage, key)).equals(bytes), true)
  })

  test('an empty object is an object', async () => {
    const storage = await openEmpty()
    const key = keyOf()
    assert.equal((await storage.put(key, Readable.from([]), { maxBytes: 1 })).bytes, 0)
    assert.equal((await readBack(storage, key)).length, 0)
  })

  test('the same key again replaces the object', async () => {
    const storage = await openEmpty()
    const key = keyOf()
    await storage.put(key, Readable.from([Buffer.from('the first, which is longer')]), { maxBytes: 100 })
    await storage.put(key, Readable.from([Buffer.from('the second')]), { maxBytes: 100 })
    assert.equal(String(await readBack(storage, key)), 'the second')
  })

  test('a range is read from the first to the last byte asked for', async () => {
    const storage = await openEmpty()
    const key = keyOf()
    await storage.put(key, Readable.from([Buffer.from('0123456789')]), { maxBytes: 10 })
    const part = await storage.open(key, { start: 3, end: 5 })
    assert.deepEqual([part.bytes, part.totalBytes, String(await buffer(part.body))], [3, 10, '345'])
    const tail = await storage.open(key, { start: 8, end: 99 })
    assert.deepEqual([tail.bytes, String(await buffer(tail.body))], [2, '89'])
    await assert.rejects(storage.open(key, { start: 10, end: 12 }), { code: 'storage.outside' })
    await assert.rejects(storage.open(key, { start: 5, end: 3 }), { code: 'storage.outside' })
    await assert.rejects(storage.open(keyOf(), { start: 0, end: 3 }), { code: 'storage.missing' })
  })

  test('the validator stays while the bytes do, is the same for a part, and changes with them', async () => {
    const storage = await openEmpty()
    const key = keyOf()
    await storage.put(key, Readable.from([Buffer.from('one')]), { maxBytes: 10 })
    const { etag } = await storage.stat(key)
    const part = await storage.open(key, { start: 0, end: 0 })
    part.body.resume()
    assert.deepEqual([part.etag, (await storage.stat(key)).etag], [etag, etag])
    await storage.put(key, Readable.from([Buffer.from('two')]), { maxBytes: 10 })
    assert.notEqual((await storage.stat(key)).etag, etag)
  })

  for (const [size, maxBytes] of [[2 * MEBIBYTE, MEBIBYTE], [20 * MEBIBYTE, 18 * MEBIBYTE]] as const) {
    test(`a body past the limit of ${maxBytes} bytes is refused and leaves nothing`, async () => {
      const storage = await openEmpty()
      const key = keyOf()
      const body = inPieces(randomBytes(size))
      await assert.rejects(storage.put(key, body, { maxBytes }), { code: 'storage.too_large' })
      assert.equal(body.destroyed, true)
      await assertNothingKept(storage)
    })
  }

  for (const promised of [4, 6]) {
    test(`a body of 5 bytes that promised ${promised} is refused, and the earlier object stays`, async () => {
      const storage = await openEmpty()
      const key = keyOf()
      const put = (text: string, bytes: number): Promise<unknown> => storage.put(key, Readable.from([Buffer.from(text)]), { maxBytes: 10, bytes })
      await put('whole', 5)
      await assert.rejects(put('other', promised), { code: 'storage.wrong_size', kind: 'invalid' })
      assert.equal(String(await readBack(storage, key)), 'whole')
    })
  }

  test('a body that breaks off fails with its own error and leaves the earlier object', async () => {
    const storage = await openEmpty()
    const key = keyOf()
    await storage.put(key, Readable.from([Buffer.from('whole')]), { maxBytes: 100 })
    const cut = new Error('cut')
    await assert.rejects(storage.put(key, Readable.from(breakingOff(cut)), { maxBytes: 100 }), cut)
    assert.equal(String(await readBack(storage, key)), 'whole')
  })

  test('a long body that breaks off leaves nothing, not even parts of itself', async () => {
    const storage = await openEmpty()
    const cut = new Error('cut')
    const body = Readable.from(breakingOff(cut, Buffer.alloc(18 * MEBIBYTE)))
    await assert.rejects(storage.put(keyOf(), body, { maxBytes: 100 * MEBIBYTE }), cut)
    await assertNothingKept(storage)
  })

  test('what is not there is missing, and removing it again is done already', async () => {
    const storage = await openEmpty()
    const key = keyOf()
    await storage.put(key, Readable.from([Buffer.from('x')]), { maxBytes: 1 })
    await storage.delete(key)
    await storage.delete(key)
    await assert.rejects(storage.open(key), { code: 'storage.missing' })
    await assert.rejects(storage.stat(key), { code: 'storage.missing' })
  })

  test('a folder lists its objects and no others, in the order of their keys', async () => {
    const storage = await openEmpty()
    const keys = ['a/1', 'a/b-c/2', 'a/b.d', 'a/b/2', 'a/b/B', 'a/b0', 'a/c']
    for (const key of ['c/3', 'ab/4', ...keys.toReversed()]) await storage.put(key, Readable.from([Buffer.from(key)]), { maxBytes: 10 })
    const listed = await Array.fromAsync(storage.list('a'))
    assert.deepEqual(listed, keys.map((key) => ({ key, bytes: key.length })))
    assert.deepEqual((await Array.fromAsync(storage.list('a/b'))).map(({ key }) => key), ['a/b/2', 'a/b/B'])
    assert.deepEqual(await Array.fromAsync(storage.list('nowhere')), [])
    for (const [index, after] of keys.entries()) {
      assert.deepEqual((await Array.fromAsync(storage.list('a', { after }))).map(({ key }) => key), keys.slice(index + 1), after)
    }
    assert.deepEqual((await Array.fromAsync(storage.list('a', { after: 'a/b/A' }))).map(({ key }) => key), ['a/b/B', 'a/b0', 'a/c'])
  })

  test('many are removed at once, with some that were not there, and the rest stay', async () => {
    const storage = await openEmpty()
    const keys = Array.from({ length: 12 }, (_, index) => `many/${index}`)
    for (const key of [...keys, 'many/kept']) await storage.put(key, Readable.from([Buffer.from('x')]), { maxBytes: 1 })
    await storage.deleteMany([...keys, 'many/never'])
    await storage.deleteMany(keys)
    await storage.deleteMany([])
    assert.deepEqual((await Array.fromAsync(storage.list('many'))).map(({ key }) => key), ['many/kept'])
  })

  test('a copy is an object of its own', async () => {
    const storage = await openEmpty()
    const [from, to] = [keyOf(), keyOf()]
    await storage.put(from, Readable.from([Buffer.from('bytes')]), { maxBytes: 10 })
    await storage.copy(from, to)
    await storage.delete(from)
    assert.equal(String(await readBack(storage, to)), 'bytes')
    await assert.rejects(storage.copy(from, keyOf()), { code: 'storage.missing' })
  })

  test('an address that is handed out reads this object, and names the download', async (context) => {
    const storage = await openEmpty()
    const key = keyOf()
    await storage.put(key, Readable.from([Buffer.from('bytes')]), { maxBytes: 10 })
    const address = await storage.presign(key, { expiresInSeconds: 60, downloadName: 'Sonne "süß".png', contentType: 'image/png' })
    if (address === null) return context.skip('this store has no addresses')
    const answer = await fetch(address)
    assert.deepEqual([answer.status, await answer.text(), answer.headers.get('content-type')], [200, 'bytes', 'image/png'])
    const expected = `attachment; filename="Sonne \\"s??\\".png"; filename*=UTF-8''Sonne%20%22s%C3%BC%C3%9F%22.png`
    assert.equal(answer.headers.get('content-disposition'), expected)
  })

  test('a key that is not of our making is refused before anything is touched', async () => {
    const storage = await openEmpty()
    for (const key of ['', '/etc/passwd', '../x', 'a/../x', 'a//b', 'a/./b', 'a\0b', 'a\\b', '.hidden', 'a/.parts', 'C:/x', 'a/ü', 'a'.repeat(600), 'a/']) {
      await assert.rejects(storage.put(key, Readable.from([]), { maxBytes: 1 }), { name: 'AssertionError' }, key)
      await assert.rejects(storage.open(key), { name: 'AssertionError' }, key)
      await assert.rejects(storage.delete(key), { name: 'AssertionError' }, key)
      await assert.rejects(storage.deleteMany(['sound', key]), { name: 'AssertionError' }, key)
      await assert.rejects(storage.copy('sound', key), { name: 'AssertionError' }, key)
      await assert.rejects(storage.copy(key, 'sound'), { name: 'AssertionError' }, key)
      await assert.rejects(async () => storage.presign(key, { expiresInSeconds: 1 }), { name: 'AssertionError' }, key)
      await assert.rejects(Array.fromAsync(storage.list(key)), { name: 'AssertionError' }, key)
    }
  })

  test('two writers of one key leave one whole object', async () => {
    const storage = await openEmpty()
    const key = keyOf()
    const [one, two] = [Buffer.alloc(MEBIBYTE, 1), Buffer.alloc(MEBIBYTE, 2)]
    await Promise.all([one, two].map((bytes) => storage.put(key, inPieces(bytes), { maxBytes: MEBIBYTE })))
    const read = await readBack(storage, key)
    assert(read.equals(one) || read.equals(two))
  })

  test('a store that works passes its own check and keeps nothing of it', async () => {
    const storage = await openEmpty()
    await storage.check()
    await assertNothingKept(storage)
  })
}

/** No object in any folder that the suite writes to, and no half of one. */
async function assertNothingKept(storage: Storage): Promise<void> {
  for (const folder of ['probe', 'cooly-probe']) assert.deepEqual(await Array.fromAsync(storage.list(folder)), [])
  assert.equal(await storage.removeLeftovers({ olderThanSeconds: -1, isOurs: () => true }), 0)
}

async function readBack(storage: Storage, key: string): Promise<Buffer> {
  return buffer((await storage.open(key)).body)
}

function inPieces(bytes: Buffer): Readable {
  const size = 64 * 1024
  return Readable.from(Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) => bytes.subarray(index * size, (index + 1) * size)))
}

async function* breakingOff(error: Error, before = Buffer.from('half')): AsyncGenerator<Buffer> {
  yield before
  throw error
}
