import assert from 'node:assert/strict'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { after, describe, test } from 'node:test'
import { CreateMultipartUploadCommand, S3Client } from '@aws-sdk/client-s3'
import { startS3Emulator, type S3Emulator } from '#test/s3-emulator'
import { storageConformance } from './conformance.ts'
import { openStorage, type S3Settings, type Storage } from './index.ts'

const MEBIBYTE = 1024 * 1024
const credentials = { accessKeyId: 'key', secretAccessKey: 'secret' }

const s3 = await startS3Emulator()
const b2 = await startS3Emulator({ backblaze: true })
after(async () => {
  await Promise.all([s3.stop(), b2.stop()])
})

function openS3(settings: Partial<S3Settings> = {}): Promise<Storage> {
  return openStorage({ kind: 's3', bucket: s3.newBucket(), endpoint: s3.endpoint, credentials, ...settings })
}

function openB2(bucket = b2.newBucket()): Promise<Storage> {
  return openStorage({ kind: 'b2', bucket, endpoint: b2.endpoint, region: 'us-west-004', keyId: 'key', applicationKey: 'secret' })
}

describe('a bucket keeps the promises of the port', () => {
  storageConformance(() => openS3())
})

describe('a bucket of Backblaze keeps them too, with what it refuses', () => {
  storageConformance(() => openB2())
})

describe('Backblaze, besides', () => {
  test('what is removed is gone with every version, and not only hidden', async () => {
    const bucket = b2.newBucket()
    const storage = await openB2(bucket)
    for (const text of ['one', 'two']) await storage.put('a/b', Readable.from([Buffer.from(text)]), { maxBytes: 9 })
    await storage.put('a/bc', Readable.from([Buffer.from('kept')]), { maxBytes: 9 })
    await storage.delete('a/b')
    assert.deepEqual(b2.versions.get(`/${bucket}/a/b`), [])
    assert.equal(b2.versions.get(`/${bucket}/a/bc`)?.length, 1)
  })

  test('a region that is not one is a mistake in the settings', async () => {
    await assert.rejects(openStorage({ kind: 'b2', bucket: 'b', region: 'evil.example/', keyId: 'k', applicationKey: 's' }), { name: 'AssertionError' })
  })
})

describe('a bucket, besides', () => {
  test('no request carries a checksum that other stores refuse, and no address the one of an empty body', async () => {
    s3.requests.length = 0
    const storage = await openS3()
    await storage.put('a/b', Readable.from([Buffer.alloc(20 * MEBIBYTE)]), { maxBytes: 20 * MEBIBYTE })
    const address = await storage.presign('a/b', { expiresInSeconds: 60 })
    assert(s3.requests.length >= 4, 'create, parts, complete')
    for (const { headers } of s3.requests) assert.deepEqual(Object.keys(headers).filter((name) => name.includes('checksum')), [])
    assert.doesNotMatch(String(address), /checksum/i)
  })

  test('an address is made for the endpoint that browsers use', async () => {
    const storage = await openS3({ bucket: 'b', publicEndpoint: 'https://files.example' })
    const address = new URL((await storage.presign('a/b', { expiresInSeconds: 90 })) ?? '')
    assert.deepEqual([address.origin, address.pathname, address.searchParams.get('X-Amz-Expires')], ['https://files.example', '/b/a/b', '90'])
  })

  test('an address outlives no week', async () => {
    await assert.rejects((await openS3()).presign('a/b', { expiresInSeconds: 604_801 }), { code: 'storage.unavailable' })
  })

  test('more than one page is listed whole and removed whole', async () => {
    const storage = await openS3()
    const keys = Array.from({ length: 1_003 }, (_, index) => `a/${String(index).padStart(4, '0')}`)
    for (let from = 0; from < keys.length; from += 50) {
      await Promise.all(keys.slice(from, from + 50).map((key) => storage.put(key, Readable.from([Buffer.from('x')]), { maxBytes: 1 })))
    }
    assert.deepEqual((await Array.fromAsync(storage.list('a'))).map(({ key }) => key), keys)
    await storage.deleteMany(keys)
    assert.deepEqual(await Array.fromAsync(storage.list('a')), [])
  })

  test('uploads of processes that died are taken back, and neither those under way nor those of another program in the same bucket', async () => {
    const bucket = s3.newBucket()
    const storage = await openS3({ bucket })
    const client = new S3Client({ region: 'us-east-1', endpoint: s3.endpoint, forcePathStyle: true, credentials })
    for (const Key of ['a/old', 'a/young', 'a/lost', 'backups/old']) await client.send(new CreateMultipartUploadCommand({ Bucket: bucket, Key }))
    for (const upload of s3.uploads.values()) if (!upload.path.endsWith('young')) upload.initiated = new Date(Date.now() - 7_200_000)
    const isOurs = (key: string) => key.startsWith('a/')
    const onceGone = ({ method, path }: { method: string; path: string }) => (method === 'DELETE' && path.endsWith('lost') ? { status: 404, code: 'NoSuchUpload' } : undefined)
    assert.equal(await breaking(s3, onceGone, () => storage.removeLeftovers({ olderThanSeconds: 3_600, isOurs })), 1)
    assert.deepEqual([...s3.uploads.values()].map(({ path }) => path), [`/${bucket}/a/young`, `/${bucket}/a/lost`, `/${bucket}/backups/old`])
    await storage.removeLeftovers({ olderThanSeconds: -1, isOurs: () => true })
    assert.equal(s3.uploads.size, 0)
  })
})

describe('a store that fails', () => {
  const body = (mebibytes: number): Readable => Readable.from(Array.from({ length: mebibytes }, () => Buffer.alloc(MEBIBYTE)))

  test('a connection that is cut in the middle of a put lists nothing, and the next try keeps it', async () => {
    const storage = await openS3()
    for (const mebibytes of [2, 20]) {
      await breaking(s3, ({ method }) => (method === 'PUT' ? { cutRequestAfterBytes: MEBIBYTE } : undefined), async () => {
        await assert.rejects(storage.put('a/b', body(mebibytes), { maxBytes: 32 * MEBIBYTE }), { code: 'storage.unavailable' })
      })
      assert.deepEqual(await Array.fromAsync(storage.list('a')), [])
      assert.equal(s3.uploads.size, 0)
    }
    await storage.put('a/b', body(2), { maxBytes: 32 * MEBIBYTE })
    assert.equal((await storage.stat('a/b')).bytes, 2 * MEBIBYTE)
  })

  test('one cut part is sent again, and nobody notices', async () => {
    const storage = await openS3()
    let cuts = 0
    const once = ({ query }: { query: URLSearchParams }) => (query.get('partNumber') === '2' && (cuts += 1) === 1 ? { cutRequestAfterBytes: 1 } : undefined)
    await breaking(s3, once, () => storage.put('a/b', body(20), { maxBytes: 32 * MEBIBYTE }))
    assert.deepEqual([(await storage.stat('a/b')).bytes, cuts], [20 * MEBIBYTE, 2])
  })

  test('a store that is full after the first part keeps no part, and the rest of the body is not read', async () => {
    const storage = await openS3()
    const endless = body(64)
    const full = ({ query }: { query: URLSearchParams }) => (Number(query.get('partNumber')) >= 2 ? { status: 507, code: 'XMinioStorageFull' } : undefined)
    await breaking(s3, full, async () => {
      await assert.rejects(storage.put('a/b', endless, { maxBytes: 64 * MEBIBYTE }), { code: 'storage.unavailable', kind: 'unavailable' })
    })
    assert.deepEqual([endless.destroyed && !endless.readableEnded, s3.uploads.size, await Array.fromAsync(storage.list('a'))], [true, 0, []])
  })

  test('an upload that cannot be finished is taken back', async () => {
    const storage = await openS3()
    const refusing = ({ method, query }: { method: string; query: URLSearchParams }) => (method === 'POST' && query.has('uploadId') ? { status: 400, code: 'InvalidPart' } : undefined)
    await breaking(s3, refusing, async () => {
      await assert.rejects(storage.put('a/b', body(20), { maxBytes: 32 * MEBIBYTE }), { code: 'storage.unavailable' })
    })
    assert.deepEqual([s3.uploads.size, await Array.fromAsync(storage.list('a'))], [0, []])
  })

  test('a download that is cut off fails and is not taken for the whole', async () => {
    const storage = await openS3()
    await storage.put('a/b', body(4), { maxBytes: 32 * MEBIBYTE })
    await breaking(s3, ({ method }) => (method === 'GET' ? { cutAnswerAfterBytes: 1_000 } : undefined), async () => {
      await assert.rejects(async () => buffer((await storage.open('a/b')).body))
    })
  })

  test('a bucket that is not there is a fault of the store, and says nothing about its objects', async () => {
    const storage = await openS3({ bucket: 'nowhere' })
    const attempts = [() => storage.stat('a'), () => storage.open('a'), () => storage.check(), () => Array.fromAsync(storage.list('a'))]
    for (const attempt of attempts) await assert.rejects(attempt, { code: 'storage.unavailable' })
  })

  test('refused keys and a dead address are unavailable', async () => {
    const storage = await openS3()
    await breaking(s3, () => ({ status: 403, code: 'AccessDenied' }), async () => {
      await assert.rejects(storage.check(), { code: 'storage.unavailable' })
      await assert.rejects(storage.deleteMany(['a']), { code: 'storage.unavailable' })
    })
    await assert.rejects((await openS3({ endpoint: 'http://127.0.0.1:1' })).check(), { code: 'storage.unavailable' })
  })
})

async function breaking<Result>(emulator: S3Emulator, fault: S3Emulator['fault'], act: () => Promise<Result>): Promise<Result> {
  emulator.fault = fault
  try {
    return await act()
  } finally {
    emulator.fault = () => undefined
  }
}
