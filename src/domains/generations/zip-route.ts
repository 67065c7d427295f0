import { z } from 'zod'
import { bytes, rawRoute } from '#platform/http'
import { type Storage, zipObjects } from '#platform/storage'
import type { Db } from '#platform/db'
import { fileEnding } from './asset-routes.ts'
import { GenerationMissing, OutputsMissing } from './errors.ts'
import { listAssets } from './sql-work.ts'
import { getSession } from './sql-sessions.ts'

/** All outputs of a generation in one file, to the account it belongs to. Those that come later are not in it. */
export function zipRoute({ db, storage }: { db: Db; storage: Storage }) {
  return rawRoute({
    method: 'GET',
    path: '/api/generations/:id/outputs.zip',
    operation: 'downloadOutputs',
    summary: 'All its outputs so far as one zip',
    tags: ['generations'],
    access: 'member',
    params: z.strictObject({ id: z.uuid() }),
    status: 200,
    produces: ['application/zip'],
    errors: [GenerationMissing, OutputsMissing],
    handle: async ({ actor, params }) => {
      if ((await getSession(db, params.id, actor.accountId)) === undefined) throw new GenerationMissing({})
      const assets = await listAssets(db, params.id, actor.accountId)
      if (assets.length === 0) throw new OutputsMissing({})
      const entries = assets.map(({ objectKey, index, contentType, bytes: length, createdAt }) => ({
        key: objectKey, name: `${index + 1}.${fileEnding(contentType)}`, bytes: Number(length), createdAt,
      }))
      const zip = await zipObjects(storage, entries)
      const name = `cooly-${params.id.slice(-12)}.zip`
      const headers = { 'content-length': String(zip.bytes), 'content-disposition': `attachment; filename="${name}"`, 'cache-control': 'private, no-store' }
      return bytes({ body: zip.body, contentType: 'application/zip', headers })
    },
  })
}
