import { z } from 'zod'
import { decodeCursor, encodeCursor, idShape } from '#lib/cursor'
import { InvalidCursor } from '#lib/errors'
import { Places } from '#lib/places'
import { MediaTooLarge, MediaUnreadable, MediaUnsupported } from '#platform/media'
import { answer, FORM_BYTES_MAX, rawRoute, readOnlyFile, route } from '#platform/http'
import { ObjectLost, StorageUnavailable } from '#platform/storage'
import { UploadMissing, UploadQuotaExceeded } from './errors.ts'
import { type KeepParts, keepUpload } from './keep-upload.ts'
import { pictureTypes, type Upload, UPLOAD_BYTES_MAX } from './model.ts'
import { sendStored } from './send-stored.ts'
import { deleteUpload, getUpload, listUploads } from './sql.ts'

const FORM = 'multipart/form-data'
const FORM_SCHEMA = { type: 'object', required: ['file'], properties: { file: { type: 'string', format: 'binary' } }, additionalProperties: false }
/** Each holds a picture in memory as it arrives. */
const places = new Places({ all: 32, each: 4 })
const tags = ['uploads'] as const
const ById = z.strictObject({ id: z.uuid() })

const UploadView = z
  .object({
    id: z.uuid().describe('Names it in `referenceImages`, `firstFrame` and `lastFrame`'),
    url: z.string(),
    contentType: z.enum(pictureTypes),
    bytes: z.number().int().describe('Of what is kept: it was encoded anew, without its metadata'),
    width: z.number().int(),
    height: z.number().int(),
    createdAt: z.iso.datetime(),
    lastUsedAt: z.iso.datetime().describe('One that is not used for long is removed'),
  })
  .meta({ id: 'Upload' })

export function uploadRoutes(parts: KeepParts) {
  return [createRoute(parts), listRoute(parts), contentRoute(parts), deleteRoute(parts)]
}

function createRoute(parts: KeepParts) {
  return rawRoute({
    method: 'POST',
    path: '/api/uploads',
    operation: 'createUpload',
    summary: 'Hand in a picture (PNG, JPEG or WebP) as the one field `file` of a form; the same picture twice is one upload',
    tags,
    access: 'member',
    accepts: { mediaTypes: [FORM], bytesMax: UPLOAD_BYTES_MAX + FORM_BYTES_MAX, as: 'stream', schema: FORM_SCHEMA },
    status: 201,
    reply: UploadView,
    produces: ['application/json'],
    errors: [MediaUnsupported, MediaTooLarge, MediaUnreadable, UploadQuotaExceeded, StorageUnavailable],
    handle: async ({ actor: { accountId }, body, request }) => {
      const upload = await places.hold(accountId, async () => {
        const file = await readOnlyFile(request.headers['content-type'], body, { field: 'file', bytesMax: UPLOAD_BYTES_MAX })
        return keepUpload(parts, accountId, file)
      })
      const view = uploadView(upload)
      return answer({ status: 201, body: view, headers: { location: view.url } })
    },
  })
}

function listRoute({ db }: KeepParts) {
  return route({
    method: 'GET',
    path: '/api/uploads',
    operation: 'listUploads',
    summary: 'The pictures that were handed in, newest first',
    tags,
    access: 'member',
    query: z.strictObject({ limit: z.coerce.number().int().min(1).max(100).default(20), cursor: z.string().max(500).optional() }),
    status: 200,
    reply: z.object({ items: z.array(UploadView), nextCursor: z.string().nullable() }),
    errors: [InvalidCursor],
    handle: async ({ actor, query: { limit, cursor } }) => {
      const afterId = cursor === undefined ? null : decodeCursor(cursor, { id: idShape }).id
      const uploads = await listUploads(db, { accountId: actor.accountId, afterId, limit: limit + 1 })
      const page = uploads.slice(0, limit)
      const last = page.at(-1)
      return { items: page.map(uploadView), nextCursor: uploads.length > limit && last !== undefined ? encodeCursor({ id: last.id }) : null }
    },
  })
}

function contentRoute({ db, storage }: KeepParts) {
  return rawRoute({
    method: 'GET',
    path: '/api/uploads/:id',
    operation: 'getUpload',
    summary: 'The bytes of an upload: whole, in part (Range), or as a smaller preview (w)',
    tags,
    access: 'member',
    params: ById,
    query: z.strictObject({ w: z.coerce.number().int().min(64).max(2_048).optional().describe('Width of a preview, which is a WebP') }),
    status: 200,
    alsoStatus: [206, 304],
    produces: [...pictureTypes],
    errors: [UploadMissing, StorageUnavailable],
    handle: async (context) => {
      const { actor, params, query } = context
      const upload = await getUpload(db, params.id, actor.accountId)
      if (upload === undefined) throw new UploadMissing({})
      return sendStored(storage, upload, context, { width: query.w }).catch(async (error: unknown) => {
        // Removed since it was looked up. One that should be there and is not is a loss, and says so.
        if (error instanceof ObjectLost && (await getUpload(db, params.id, actor.accountId)) === undefined) throw new UploadMissing({}, { cause: error })
        throw error
      })
    },
  })
}

function deleteRoute({ db, storage }: KeepParts) {
  return route({
    method: 'DELETE',
    path: '/api/uploads/:id',
    operation: 'deleteUpload',
    summary: 'Remove an upload. Work that names it and has not begun fails, and costs nothing',
    tags,
    access: 'member',
    params: ById,
    status: 204,
    reply: null,
    errors: [UploadMissing],
    handle: async ({ actor, params, log }) => {
      const objectKey = await deleteUpload(db, params.id, actor.accountId)
      if (objectKey === undefined) throw new UploadMissing({})
      // From here on nobody can reach it; an object that stays behind is collected.
      await storage.delete(objectKey).catch((error: unknown) => log.warn({ err: error, objectKey }, 'the object of an upload could not be removed'))
    },
  })
}

function uploadView({ id, contentType, bytes: length, width, height, createdAt, lastUsedAt }: Upload): z.output<typeof UploadView> {
  return {
    id, url: `/api/uploads/${id}`, contentType, bytes: Number(length), width, height, createdAt: createdAt.toISOString(), lastUsedAt: lastUsedAt.toISOString(),
  }
}
