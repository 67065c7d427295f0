/**
 * Uploads: pictures that people hand in, to have something made from them.
 *
 * What is kept was encoded anew: it shows what the picture showed, and carries nothing else. It belongs to one account, and nobody else learns that it exists. The
 * same bytes of an account are one upload. What a request names by address is fetched once, by us, and becomes an upload: a provider is never sent to a
 * stranger's address. An upload that nobody uses for long is removed, and never while open work names it.
 */
export { collectOrphans, collectUnused, isUploadKey, startCollectingUploads } from './collect-uploads.ts'
export { PicturesRefused, UploadMissing } from './errors.ts'
export type { Network } from './fetch-picture.ts'
export { isUploadId, type Upload } from './model.ts'
export { openUpload } from './open-upload.ts'
export { uploadRoutes } from './routes.ts'
export { type NamedPicture, settlePictures, type SettleParts } from './settle-pictures.ts'
export { PREVIEW_TYPE, sendStored } from './send-stored.ts'
export { listShapes } from './sql.ts'
