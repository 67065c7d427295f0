import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { chmod, mkdir, mkdtemp, readdir, rm, symlink, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { after, describe, test } from 'node:test'
import { promisify } from 'node:util'
import { storageConformance } from './conformance.ts'
import { openStorage } from './index.ts'

const base = await mkdtemp(join(tmpdir(), 'cooly-storage-'))
after(() => rm(base, { recursive: true, force: true }))

const newDirectory = (): Promise<string> => mkdtemp(join(base, 'store-'))

describe('files keep the promises of the port', () => {
  storageConformance(async () => openStorage({ directory: await newDirectory() }))
})

describe('files, besides', () => {
  test('the directory is made when it is missing', async () => {
    const directory = join(await newDirectory(), 'not', 'there')
    const storage = await openStorage({ directory })
    await storage.check()
    assert.deepEqual(await readdir(join(directory, '.parts')), [])
  })

  test('a refused body leaves no work file', async () => {
    const directory = await newDirectory()
    const storage = await openStorage({ directory })
    await assert.rejects(storage.put('a/b', Readable.from([Buffer.alloc(9)]), { maxBytes: 8 }))
    assert.deepEqual(await readdir(join(directory, '.parts')), [])
    assert.deepEqual((await readdir(directory)).toSorted(), ['.parts'])
  })

  test('a link in the way is not followed, neither to read, nor to write, nor to remove', async () => {
    const [directory, outside] = [await newDirectory(), await newDirectory()]
    const storage = await openStorage({ directory })
    await writeFile(join(outside, 'secret'), 'secret')
    await symlink(outside, join(directory, 'folder'))
    await symlink(join(outside, 'secret'), join(directory, 'file'))
    for (const key of ['folder/secret', 'file']) await assert.rejects(storage.open(key), { code: 'storage.missing' })
    await assert.rejects(storage.put('folder/new', Readable.from([Buffer.from('x')]), { maxBytes: 9 }), { code: 'storage.unavailable' })
    await storage.delete('folder/secret')
    assert.deepEqual(await readdir(outside), ['secret'])
  })

  test('a folder is not an object', async () => {
    const directory = await newDirectory()
    const storage = await openStorage({ directory })
    await mkdir(join(directory, 'a'))
    await assert.rejects(storage.open('a'), { code: 'storage.missing' })
  })

  test('folders go with their last object, and whoever writes into one at that moment loses nothing', async () => {
    const directory = await newDirectory()
    const storage = await openStorage({ directory })
    const put = (key: string) => storage.put(key, Readable.from([Buffer.from('x')]), { maxBytes: 9 })
    for (const key of ['all/one/1/0', 'all/one/1/1', 'all/two/1/0']) await put(key)
    await storage.delete('all/one/1/0')
    assert.deepEqual(await readdir(join(directory, 'all', 'one')), ['1'])
    await storage.deleteMany(['all/one/1/1', 'all/two/1/0'])
    assert.deepEqual(await readdir(join(directory, 'all')), [])
    for (let round = 0; round < 30; round += 1) {
      await put('all/three/1/old')
      await Promise.all([storage.delete('all/three/1/old'), put('all/three/1/new'), put('all/three/2/new')])
      for (const number of [1, 2]) assert.equal((await storage.stat(`all/three/${number}/new`)).bytes, 1)
      await storage.deleteMany(['all/three/1/new', 'all/three/2/new'])
    }
  })

  test('opening removes what a dead process left, and not what a living one writes', async () => {
    const directory = await newDirectory()
    await openStorage({ directory })
    const [old, fresh] = ['old.part', 'fresh.part'].map((name) => join(directory, '.parts', name)) as [string, string]
    await Promise.all([writeFile(old, 'x'), writeFile(fresh, 'x')])
    await utimes(old, new Date(0), new Date(0))
    await openStorage({ directory })
    assert.deepEqual(await readdir(join(directory, '.parts')), ['fresh.part'])
  })

  test('a store that has gone away is unavailable, not a bug', async () => {
    const directory = await newDirectory()
    const storage = await openStorage({ directory })
    await rm(directory, { recursive: true })
    await assert.rejects(storage.check(), { code: 'storage.unavailable', kind: 'unavailable' })
    await assert.rejects(storage.put('a', Readable.from([Buffer.from('x')]), { maxBytes: 9 }), { code: 'storage.unavailable' })
    for (const read of [() => storage.open('a/b'), () => storage.stat('a/b')]) await assert.rejects(read(), { code: 'storage.unavailable' })
    // Where a volume was, its empty mount point is left.
    await mkdir(directory)
    await assert.rejects(storage.open('a/b'), { code: 'storage.unavailable' })
  })

  test('a directory whose rights are gone is unavailable for everything, not a bug', { skip: process.getuid?.() !== 0 && 'only root can become somebody without rights' }, async () => {
    const directory = await newDirectory()
    const script = `
      import { Readable } from 'node:stream'
      import { openStorage } from ${JSON.stringify(import.meta.resolve('./index.ts'))}
      const storage = await openStorage({ directory: ${JSON.stringify(directory)} })
      const put = () => storage.put('a/b', Readable.from([Buffer.from('x')]), { maxBytes: 9 })
      await put()
      process.setuid(65534)
      const ways = [put, () => storage.open('a/b'), () => storage.stat('a/b'), () => storage.delete('a/b'), () => storage.check(), () => Array.fromAsync(storage.list('a'))]
      for (const way of ways) console.log(await way().then(() => 'done', (error) => error.code + ' ' + error.cause?.code))`
    await chmod(directory, 0o700)
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script])
    assert.deepEqual(stdout.trim().split('\n'), Array(6).fill('storage.unavailable EACCES'))
  })

  // A full disk without needing one: the kernel takes the first megabytes of a file and refuses the rest.
  test('a disk that takes only half of a body keeps none of it', { skip: process.platform === 'win32' }, async () => {
    const directory = await newDirectory()
    const script = `
      import { Readable } from 'node:stream'
      import { openStorage } from ${JSON.stringify(import.meta.resolve('./index.ts'))}
      const storage = await openStorage({ directory: ${JSON.stringify(directory)} })
      const put = (mebibytes) => storage.put('a/b', Readable.from(Array.from({ length: mebibytes }, () => Buffer.alloc(2 ** 20))), { maxBytes: 2 ** 30 })
      await put(1)
      const error = await put(64).then(() => null, (error) => error)
      console.log(JSON.stringify([error?.code, error?.cause?.code, (await storage.stat('a/b')).bytes]))`
    const limited = ['-c', 'ulimit -f 8192 && exec "$@"', 'sh', process.execPath, '--input-type=module', '-e', script]
    const { stdout } = await promisify(execFile)('sh', limited)
    assert.deepEqual(JSON.parse(stdout), ['storage.unavailable', 'EFBIG', 2 ** 20])
    assert.deepEqual(await readdir(join(directory, '.parts')), [])
  })
})
