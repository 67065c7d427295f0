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
    assert.deepEqual(await storage.stat(key), { bytes: bytes.length })
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
    assert.deepEqual([part.bytes, String(await buffer(part.body))], [3, '345'])
    const tail = await storage.open(key, { start: 8, end: 99 })
    assert.deepEqual([tail.bytes, String(await buffer(tail.body))], [2, '89'])
    await assert.rejects(storage.open(key, { start: 10, end: 12 }), { code: 'storage.outside' })
  })

  test('a body past the limit is refused and leaves nothing', async () => {
    const storage = await openEmpty()
    const key = keyOf()
    const body = inPieces(randomBytes(2 * MEBIBYTE))
    await assert.rejects(storage.put(key, body, { maxBytes: MEBIBYTE }), { code: 'storage.too_large' })
    assert.equal(body.destroyed, true)
    await assert.rejects(storage.open(key), { code: 'storage.missing' })
  })

  test('a body that breaks off fails with its own error and leaves the earlier object', async () => {
    const storage = await openEmpty()
    const key = keyOf()
    await storage.put(key, Readable.from([Buffer.from('whole')]), { maxBytes: 100 })
    const cut = new Error('cut')
    await assert.rejects(storage.put(key, Readable.from(breakingOff(cut)), { maxBytes: 100 }), cut)
    assert.equal(String(await readBack(storage, key)), 'whole')
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

  test('a folder lists its objects and no others', async () => {
    const storage = await openEmpty()
    for (const key of ['a/1', 'a/b/2', 'c/3']) await storage.put(key, Readable.from([Buffer.from(key)]), { maxBytes: 10 })
    const listed = await Array.fromAsync(storage.list('a'))
    assert.deepEqual(listed.toSorted((x, y) => (x.key < y.key ? -1 : 1)), [{ key: 'a/1', bytes: 3 }, { key: 'a/b/2', bytes: 5 }])
    assert.deepEqual(await Array.fromAsync(storage.list('nowhere')), [])
  })

  test('a key that is not of our making is refused before anything is touched', async () => {
    const storage = await openEmpty()
    for (const key of ['', '/etc/passwd', '../x', 'a/../x', 'a//b', 'a/./b', 'a\0b', 'a\\b', '.hidden', 'a/.parts', 'C:/x', 'a/ü', 'a'.repeat(600), 'a/']) {
      await assert.rejects(storage.put(key, Readable.from([]), { maxBytes: 1 }), { name: 'AssertionError' }, key)
      await assert.rejects(storage.open(key), { name: 'AssertionError' }, key)
      await assert.rejects(storage.delete(key), { name: 'AssertionError' }, key)
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
    await (await openEmpty()).check()
  })
}

async function readBack(storage: Storage, key: string): Promise<Buffer> {
  return buffer((await storage.open(key)).body)
}

function inPieces(bytes: Buffer): Readable {
  const size = 64 * 1024
  return Readable.from(Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) => bytes.subarray(index * size, (index + 1) * size)))
}

async function* breakingOff(error: Error): AsyncGenerator<Buffer> {
  yield Buffer.from('half')
  throw error
}
