import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { after, describe, test } from 'node:test'
import sharp from 'sharp'
import { newId } from '#lib/ids'
import { type Db, sql } from '#platform/db'
import { openStorage } from '#platform/storage'
import { flavours, openTestDatabase } from '#test/database'
import { accountWith } from '#test/ledger'
import { plainPicture } from '#test/pictures'
import { collectOrphans, collectUnused } from './collect-uploads.ts'
import { keepUpload } from './keep-upload.ts'
import { objectKeyOf, UPLOADS_FOLDER } from './model.ts'
import { openUpload } from './open-upload.ts'
import { settlePictures } from './settle-pictures.ts'
import { deleteUpload, getUpload } from './sql.ts'

const ROOM = { uploadsMax: 100, bytesMax: 1_000_000_000 }
const directory = mkdtempSync(join(tmpdir(), 'cooly-uploads-'))
const storage = await openStorage({ directory })
after(() => rmSync(directory, { recursive: true }))

const noise = (side = 32) => sharp(randomBytes(side * side * 3), { raw: { width: side, height: side, channels: 3 } }).png().toBuffer()

async function keysOf(accountId: string): Promise<string[]> {
  const keys = await Array.fromAsync(storage.list(UPLOADS_FOLDER), ({ key }) => key)
  return keys.filter((key) => key.startsWith(`${UPLOADS_FOLDER}/${accountId}/`))
}

function makeOld(db: Db, id: string, days: number) {
  return db.query(sql`update uploads set last_used_at = now() - make_interval(days => ${days}) where id = ${id}`)
}

for (const flavour of flavours) {
  describe(`on ${flavour}`, async () => {
    const db = await openTestDatabase(flavour)
    const parts = { db, storage, quota: ROOM, network: {} }

    describe('keeping', () => {
      test('a photograph with a place and a camera in it comes out upright and with neither', async () => {
        const accountId = newId()
        const photograph = await sharp({ create: { width: 80, height: 60, channels: 3, background: '#406080' } })
          .withExif({ IFD0: { Make: 'Acme', Model: 'Snapper 3' }, IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '52/1 31/1 0/1', GPSLongitudeRef: 'E', GPSLongitude: '13/1 24/1 0/1' } })
          .withMetadata({ orientation: 6 }).jpeg().toBuffer()
        assert(photograph.includes('Snapper 3') && photograph.includes('Exif'))
        const upload = await keepUpload(parts, accountId, photograph)
        const { bytes } = await openUpload(parts, accountId, upload.id)
        const { exif, icc, xmp, iptc, orientation, width, height } = await sharp(bytes).metadata()
        assert.deepEqual({ exif, xmp, iptc, orientation }, { exif: undefined, xmp: undefined, iptc: undefined, orientation: undefined })
        assert.deepEqual([icc, width, height, upload.width, upload.height], [undefined, 60, 80, 60, 80])
        for (const trace of ['Exif', 'Snapper', 'Acme', 'GPS']) assert(!bytes.includes(trace), trace)
        assert.equal(upload.sha256, createHash('sha256').update(bytes).digest('hex'))
      })

      test('the same bytes of an account are one upload, also when they come at once; those of another account are its own', async () => {
        const [mine, theirs] = [newId(), newId()]
        const picture = await noise()
        const kept = await Promise.all([picture, picture, picture].map((bytes) => keepUpload(parts, mine, bytes)))
        assert.equal(new Set(kept.map(({ id }) => id)).size, 1)
        assert.equal((await keysOf(mine)).length, 1)
        assert.notEqual((await keepUpload(parts, theirs, picture)).id, kept[0]!.id)
      })

      const refused: Readonly<Record<string, () => Promise<Buffer>>> = {
        'a GIF': () => sharp({ create: { width: 8, height: 8, channels: 3, background: 'red' } }).gif().toBuffer(),
        'a drawing that is text': async () => Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'),
        'a web page that calls itself a picture': async () => Buffer.from('<!doctype html><script>alert(1)</script>'),
        'a picture that is a page besides': async () => Buffer.concat([await noise(), Buffer.from('<script>alert(1)</script>')]),
        'a picture that breaks off': async () => (await noise(64)).subarray(0, 6_000),
        'a picture of sixty thousand pixels a side': async () => {
          const head = Buffer.from(await plainPicture('#000000', { width: 8, height: 8 }))
          head.writeUInt32BE(60_000, 16)
          head.writeUInt32BE(60_000, 20)
          return head
        },
      }
      for (const [what, make] of Object.entries(refused)) {
        test(`${what} is refused and leaves nothing behind`, async () => {
          const accountId = newId()
          await assert.rejects(keepUpload(parts, accountId, await make()), { name: /^media\./ })
          assert.deepEqual(await keysOf(accountId), [])
        })
      }

      test('an account that is full is told so, and of many at once exactly those that fit are kept', async () => {
        const accountId = newId()
        const small = { ...parts, quota: { ...ROOM, uploadsMax: 3 } }
        const pictures = await Promise.all(Array.from({ length: 8 }, () => noise()))
        const outcomes = await Promise.allSettled(pictures.map((bytes) => keepUpload(small, accountId, bytes)))
        const kept = outcomes.filter((outcome) => outcome.status === 'fulfilled')
        for (const outcome of outcomes) if (outcome.status === 'rejected') assert.equal((outcome.reason as Error).name, 'upload.quota_exceeded')
        assert.equal(kept.length, 3)
        assert.equal((await keysOf(accountId)).length, 3)
        // What is there already needs no room.
        const again = pictures[outcomes.findIndex(({ status }) => status === 'fulfilled')]!
        await keepUpload(small, accountId, again)
        await assert.rejects(keepUpload({ ...parts, quota: { ...ROOM, bytesMax: 1_000 } }, newId(), pictures[0]!), { name: 'upload.quota_exceeded' })
      })
    })

    describe('naming', () => {
      test('the uploads are in the order of the request, and from then on used last', async () => {
        const accountId = newId()
        const [first, second] = [await keepUpload(parts, accountId, await noise()), await keepUpload(parts, accountId, await noise())]
        await makeOld(db, first.id, 40)
        const named = [second, first, second].map(({ id }, index) => ({ path: `/referenceImages/${index}`, named: index === 1 ? id.toUpperCase() : id }))
        assert.deepEqual((await settlePictures(parts, accountId, named)).map(({ id }) => id), [second.id, first.id, second.id])
        assert((await getUpload(db, first.id, accountId))!.lastUsedAt.getTime() > Date.now() - 60_000)
      })

      test('an id of nobody and one of somebody else are refused alike, each at its place, and no address beside them is fetched', async () => {
        const [mine, theirs] = [newId(), newId()]
        const foreign = await keepUpload(parts, theirs, await noise())
        const own = await keepUpload(parts, mine, await noise())
        const lookup = () => assert.fail('a name was looked up')
        const named = [own.id, foreign.id, newId(), 'https://pictures.example/a.png'].map((name, index) => ({ path: `/referenceImages/${index}`, named: name }))
        await assert.rejects(settlePictures({ ...parts, network: { lookup } }, mine, named), (error: Error & { members: { errors: { path: string; code: string; message: string }[] } }) => {
          const [first, second] = error.members.errors
          assert.deepEqual(error.members.errors.map(({ path, code }) => [path, code]), [['/referenceImages/1', 'upload.missing'], ['/referenceImages/2', 'upload.missing']])
          assert.equal(first!.message, second!.message)
          return true
        })
      })
    })

    describe('collecting', () => {
      test('what nobody used for thirty days goes, with its object; what open work names and what was used since stays', async () => {
        const accountId = newId()
        const [old, named, fresh] = await Promise.all([1, 2, 3].map(async () => keepUpload(parts, accountId, await noise())))
        for (const { id } of [old!, named!]) await makeOld(db, id, 31)
        await makeOld(db, fresh!.id, 29)
        assert.equal(await collectUnused({ db, storage, keptDays: 30, listNamed: async (ids) => ids.filter((id) => id === named!.id) }), 1)
        assert.equal(await getUpload(db, old!.id, accountId), undefined)
        assert.deepEqual((await keysOf(accountId)).sort(), [named!, fresh!].map(({ objectKey }) => objectKey).sort())
      })

      test('an upload that is named while it is being collected is kept', async () => {
        const accountId = newId()
        const upload = await keepUpload(parts, accountId, await noise())
        await makeOld(db, upload.id, 31)
        const listNamed = async (ids: readonly string[]) => {
          await settlePictures(parts, accountId, [{ path: '/firstFrame', named: upload.id }])
          return ids.filter((id) => id !== upload.id)
        }
        assert.equal(await collectUnused({ db, storage, keptDays: 30, listNamed }), 0)
        assert.deepEqual((await openUpload(parts, accountId, upload.id)).sha256, upload.sha256)
      })

      test('an object without an upload goes once it is old, and others stay', async () => {
        const accountId = await accountWith(db)
        const upload = await keepUpload(parts, accountId, await noise())
        const orphan = objectKeyOf({ accountId, id: newId() })
        await storage.put(orphan, Readable.from([Buffer.from('x')]), { maxBytes: 10 })
        assert.equal(await collectOrphans({ db, storage }), 0)
        assert.equal(await collectOrphans({ db, storage }, -60), 1)
        assert.deepEqual(await keysOf(accountId), [upload.objectKey])
      })

      test('with the database of another installation, uploads that it does not know are left alone', async () => {
        const stranger = newId()
        const theirs = objectKeyOf({ accountId: stranger, id: newId() })
        const odd = `uploads/${stranger}/notes.txt`
        for (const key of [theirs, odd]) await storage.put(key, Readable.from([Buffer.from('x')]), { maxBytes: 10 })
        await collectOrphans({ db, storage }, -60)
        assert.deepEqual(await keysOf(stranger), [theirs, odd])
      })

      test('an upload whose object is gone is missing like one that was deleted', async () => {
        const accountId = newId()
        const [gone, deleted] = [await keepUpload(parts, accountId, await noise()), await keepUpload(parts, accountId, await noise())]
        await storage.delete(gone.objectKey)
        await deleteUpload(db, deleted.id, accountId)
        for (const { id } of [gone, deleted]) await assert.rejects(openUpload(parts, accountId, id), { name: 'upload.missing' })
      })
    })
  })
}
