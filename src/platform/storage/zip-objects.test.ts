import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { after, test } from 'node:test'
import { promisify } from 'node:util'
import { openStorage, zipObjects, type ZipEntry } from './index.ts'

const directory = await mkdtemp(join(tmpdir(), 'cooly-zip-'))
after(() => rm(directory, { recursive: true }))
const storage = await openStorage({ directory })
const createdAt = new Date('2026-11-01T10:00:00Z')

async function stored(name: string, text: string): Promise<ZipEntry> {
  const key = `zip/${crypto.randomUUID()}`
  await storage.put(key, Readable.from([Buffer.from(text)]), { maxBytes: 1_000_000 })
  return { key, name, bytes: Buffer.byteLength(text), createdAt }
}

/** The names and sizes in the archive's own list, read by their places in the format. */
function contentsOf(zip: Buffer): { name: string; bytes: number }[] {
  const entries: { name: string; bytes: number }[] = []
  for (let at = zip.indexOf('PK\u0001\u0002'); at !== -1 && zip.readUInt32LE(at) === 0x02014b50; ) {
    const nameBytes = zip.readUInt16LE(at + 28)
    entries.push({ name: zip.toString('utf8', at + 46, at + 46 + nameBytes), bytes: zip.readUInt32LE(at + 24) })
    at += 46 + nameBytes + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32)
  }
  return entries
}

test('several objects arrive as one archive of the length that was announced', async () => {
  const { body, bytes } = await zipObjects(storage, [await stored('one.png', 'first'), await stored('two.mp4', 'the second')])
  const zip = await buffer(body)
  assert.equal(zip.length, bytes)
  assert.deepEqual(contentsOf(zip), [{ name: 'one.png', bytes: 5 }, { name: 'two.mp4', bytes: 10 }])
})

test('another program finds the archive sound', async (context) => {
  const run = promisify(execFile)
  if (await run('python3', ['-c', 'import zipfile']).then(() => false, () => true)) return context.skip('no python3 to ask')
  const { body } = await zipObjects(storage, [await stored('sunset.png', 'first'), await stored('süß.png', 'second')])
  const path = join(directory, 'probe.zip')
  await writeFile(path, body)
  const script = 'import sys, zipfile; z = zipfile.ZipFile(sys.argv[1]); print(z.testzip(), [(i.filename, z.read(i).decode()) for i in z.infolist()])'
  const { stdout } = await run('python3', ['-c', script, path], { env: { ...process.env, PYTHONIOENCODING: 'utf-8' } })
  assert.equal(stdout.trim(), "None [('sunset.png', 'first'), ('süß.png', 'second')]")
})

test('a name is a plain file name, whatever somebody wrote, and each is there once', async () => {
  const names = ['../../etc/passwd', 'a/b\\c.png', 'C.png', '.hidden', 'nul', 'x\0\u202egnp.exe', '', '   ', `${'long'.repeat(90)}.png`, 'C:\\aux.png']
  const { body } = await zipObjects(storage, await Promise.all(names.map((name) => stored(name, 'x'))))
  const found = contentsOf(await buffer(body)).map(({ name }) => name)
  assert.deepEqual(found, ['passwd', 'c.png', 'C-2.png', 'hidden', 'file-nul', 'xgnp.exe', 'file', 'file-2', `${'long'.repeat(29)}.png`, 'file-aux.png'])
})

test('an object that is gone, or has another length, breaks the archive off', async () => {
  const entry = await stored('one.png', 'first')
  for (const broken of [{ ...entry, key: 'zip/nowhere' }, { ...entry, bytes: 4 }]) {
    const { body } = await zipObjects(storage, [entry, broken])
    await assert.rejects(buffer(body))
  }
})

test('an object is opened when its turn has come, and what nobody reads to the end is closed', async () => {
  const opened: string[] = []
  const watched = Object.assign(Object.create(storage), {
    open: (key: string) => {
      opened.push(key)
      return storage.open(key)
    },
  }) as typeof storage
  const entries = [await stored('one.png', 'first'), await stored('two.png', 'second'), await stored('three.png', 'third')]
  const { body } = await zipObjects(watched, entries)
  assert.deepEqual(opened, [])
  for await (const _ of body) break
  assert(opened.length < entries.length, 'the last is not open when the first bytes arrive')
})

test('what is left before its end, or never read, leaves no object open', async () => {
  for (const read of [true, false]) {
    const opened: Promise<Readable>[] = []
    const watched = Object.assign(Object.create(storage), {
      open: (key: string) => {
        const opening = storage.open(key)
        opened.push(opening.then((object) => object.body))
        return opening
      },
    }) as typeof storage
    const { body } = await zipObjects(watched, [await stored('one.png', 'first'.repeat(100_000)), await stored('two.png', 'second')])
    if (read) for (let piece = 0; piece < 2; piece += 1) await once(body, 'readable').then(() => body.read())
    body.destroy()
    await once(body, 'close')
    for (const object of await Promise.all(opened)) if (!object.closed) await once(object, 'close', { signal: AbortSignal.timeout(5_000) })
    assert(!read || opened.length > 0, 'an object was open')
  }
})
