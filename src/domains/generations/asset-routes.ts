import { z } from 'zod'
import { PREVIEW_TYPE, sendStored } from '#domains/uploads'
import type { Db } from '#platform/db'
import { type Actor, bytes, type Bytes, rawRoute, type RequestContext } from '#platform/http'
import { ObjectLost, type Storage, StorageUnavailable } from '#platform/storage'
import { AssetMissing } from './errors.ts'
import { type AssetRow, getAsset } from './sql-work.ts'

const Query = z.strictObject({
  download: z.stringbool().default(false),
  w: z.coerce.number().int().min(64).max(2_048).optional().describe('Width of a preview, which is a WebP'),
})

const endings: Readonly<Record<string, string>> = {
  'image/jpeg': 'jpg', 'image/png': 'png', 'image/webp': 'webp', 'video/mp4': 'mp4', 'video/webm': 'webm', 'video/quicktime': 'mov',
}

/** Long enough to begin a download, too short to pass the address around. */
const SIGNED_SECONDS = 5 * 60

export interface AssetRoutesParts {
  readonly db: Db
  readonly storage: Storage
  /** True where browsers reach the store itself: downloads are then led to an address there that expires. */
  readonly signedDownloads: boolean
}

/** The bytes of outputs, to the account they belong to. They never change, so a browser may keep them. */
export function assetRoutes({ db, storage, signedDownloads }: AssetRoutesParts) {
  return [
    rawRoute({
      method: 'GET',
      path: '/api/assets/:id',
      operation: 'getAsset',
      summary: 'The bytes of an output: whole, in part (Range), or as a smaller preview (w), which of a video is its poster',
      tags: ['generations'],
      access: 'member',
      params: z.strictObject({ id: z.uuid() }),
      query: Query,
      status: 200,
      alsoStatus: [206, 302, 304],
      produces: ['image/jpeg', 'image/png', PREVIEW_TYPE, 'video/mp4', 'video/webm', 'video/quicktime'],
      errors: [AssetMissing, StorageUnavailable],
      handle: async (context) => {
        const { actor, params, query } = context
        const asset = await getAsset(db, params.id, actor.accountId)
        if (asset === undefined) throw new AssetMissing({})
        const address = signedDownloads && query.download && query.w === undefined ? await signedAddress(storage, asset) : null
        if (address !== null) return bytes({ status: 302, body: null, contentType: null, headers: { location: address, 'cache-control': 'private, no-store' } })
        return send(storage, asset, context, query).catch(async (error: unknown) => {
          // Removed since it was looked up. One that should be there and is not is a loss, and says so.
          if (error instanceof ObjectLost && (await getAsset(db, params.id, actor.accountId)) === undefined) throw new AssetMissing({}, { cause: error })
          throw error
        })
      },
    }),
  ]
}

async function send(storage: Storage, asset: AssetRow, context: Pick<RequestContext, 'request' | 'signal'> & { readonly actor: Actor }, { w: width, download }: z.output<typeof Query>): Promise<Bytes> {
  const isVideo = asset.contentType.startsWith('video/')
  if (width !== undefined && isVideo && asset.posterKey === null) throw new AssetMissing({})
  const poster = isVideo && asset.posterKey !== null ? { pictureKey: asset.posterKey } : {}
  return sendStored(storage, { ...asset, accountId: context.actor.accountId }, context, { width, headers: disposition(asset, download), ...poster })
}

function signedAddress(storage: Storage, asset: AssetRow): Promise<string | null> {
  return storage.presign(asset.objectKey, { expiresInSeconds: SIGNED_SECONDS, downloadName: fileName(asset), contentType: asset.contentType })
}

function disposition(asset: AssetRow, download: boolean): Record<string, string> {
  return download ? { 'content-disposition': `attachment; filename="${fileName(asset)}"` } : {}
}

function fileName({ id, contentType }: Pick<AssetRow, 'id' | 'contentType'>): string {
  return `cooly-${id.slice(-12)}.${fileEnding(contentType)}`
}

export function fileEnding(contentType: string): string {
  return endings[contentType] ?? 'bin'
}
