import { randomUUID } from 'node:crypto'
import { Readable } from 'node:stream'
import {
  CopyObjectCommand,
  GetObjectCommand,
  type GetObjectCommandOutput,
  HeadBucketCommand,
  HeadObjectCommand,
  paginateListObjectsV2,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3'
import { Upload } from '@aws-sdk/lib-storage'
import { getSignedUrl } from '@aws-sdk/s3-request-presigner'
import { create as contentDisposition } from 'content-disposition'
import { RangeOutside } from './errors.ts'
import { measureBody } from './measured-body.ts'
import { segmentsOf } from './object-key.ts'
import type { ByteRange, LeftoverOptions, ListedObject, OpenedObject, PresignOptions, PutOptions, Storage, StoredObject } from './port.ts'
import { openS3Client, type S3Settings } from './s3-client.ts'
import { isBareNotFound, toStorageFailure } from './s3-failures.ts'
import { abortOldUploads, type Bucket, removeEveryVersion, removeInBulk, removeObject, removeOneByOne } from './s3-removal.ts'

/** A body up to here travels in one request, a longer one in parts of this size. Ten thousand parts make 80 GB. */
const PART_BYTES = 8 * 1024 * 1024
/** Parts under way at once, each in memory: two keep the line busy while the next is read. */
const PARTS_SIDE_BY_SIDE = 2

/**
 * Objects in a bucket of S3, MinIO, Backblaze B2 or anything else that speaks the protocol.
 *
 * The store shows an object only once its last byte has arrived, so a cut connection leaves nothing to be
 * seen. Parts of a longer one are taken back when it fails; `removeLeftovers` takes those of processes that died.
 */
export class S3Storage implements Storage {
  readonly #client: S3Client
  readonly #signer: S3Client
  readonly #settings: S3Settings

  constructor(settings: S3Settings) {
    this.#settings = settings
    this.#client = openS3Client(settings)
    this.#signer = openS3Client(settings, settings.publicEndpoint ?? settings.endpoint)
  }

  async put(key: string, body: Readable, options: PutOptions): Promise<StoredObject> {
    const target = this.#object(key)
    const measured = measureBody(body, options)
    const Body = Readable.from(measured.pieces, { objectMode: false })
    const params = { ...target, Body, ContentType: options.contentType ?? 'application/octet-stream' }
    try {
      await new Upload({ client: this.#client, params, partSize: PART_BYTES, queueSize: PARTS_SIDE_BY_SIDE }).done()
      return measured.result()
    } catch (error) {
      throw measured.failure() ?? toStorageFailure(error)
    } finally {
      body.destroy()
    }
  }

  async open(key: string, range?: ByteRange): Promise<OpenedObject> {
    const target = this.#object(key)
    if (range !== undefined && range.end < range.start) throw new RangeOutside({}) // Servers answer such a range with the whole.
    const Range = range === undefined ? undefined : `bytes=${range.start}-${range.end}`
    return openedFrom(await this.#send(() => this.#client.send(new GetObjectCommand({ ...target, Range }))))
  }

  async stat(key: string): Promise<{ bytes: number; etag: string }> {
    const target = this.#object(key)
    const head = await this.#send(() => this.#client.send(new HeadObjectCommand(target)))
    return { bytes: head.ContentLength ?? 0, etag: unquoted(head.ETag) }
  }

  /** Within the store, up to 5 GB: far above what is kept here. */
  async copy(from: string, to: string): Promise<void> {
    const [source, target] = [this.#object(from), this.#object(to)]
    const CopySource = `${source.Bucket}/${source.Key}`
    await this.#send(() => this.#client.send(new CopyObjectCommand({ ...target, CopySource })))
  }

  async delete(key: string): Promise<void> {
    segmentsOf(key)
    await this.#send(() => this.#remove(key))
  }

  async deleteMany(keys: readonly string[]): Promise<void> {
    keys.forEach(segmentsOf)
    const oneByOne = this.#settings.deletesOneByOne === true || this.#settings.removesVersions === true
    await this.#send(() => (oneByOne ? removeOneByOne(keys, (key) => this.#remove(key)) : removeInBulk(this.#bucket, keys)))
  }

  async *list(folder: string, { after }: { after?: string | undefined } = {}): AsyncGenerator<ListedObject> {
    segmentsOf(folder)
    const pages = paginateListObjectsV2({ client: this.#client }, { Bucket: this.#bucket.name, Prefix: `${folder}/`, StartAfter: after })
    try {
      for await (const page of pages) {
        for (const { Key, Size } of page.Contents ?? []) if (Key !== undefined) yield { key: Key, bytes: Size ?? 0 }
      }
    } catch (error) {
      throw toStorageFailure(error)
    }
  }

  async presign(key: string, { expiresInSeconds, downloadName, contentType }: PresignOptions): Promise<string> {
    const ResponseContentDisposition = downloadName === undefined ? 'inline' : contentDisposition(downloadName)
    const command = new GetObjectCommand({ ...this.#object(key), ResponseContentDisposition, ResponseContentType: contentType })
    return this.#send(() => getSignedUrl(this.#signer, command, { expiresIn: expiresInSeconds }))
  }

  async check(): Promise<void> {
    const key = `cooly-probe/${randomUUID()}`
    await this.#send(() => this.#client.send(new PutObjectCommand({ ...this.#object(key), Body: 'probe' })))
    await this.#send(() => this.#remove(key))
  }

  removeLeftovers({ olderThanSeconds, isOurs }: LeftoverOptions): Promise<number> {
    return this.#send(() => abortOldUploads(this.#bucket, new Date(Date.now() - olderThanSeconds * 1000), isOurs))
  }

  get #bucket(): Bucket {
    return { client: this.#client, name: this.#settings.bucket }
  }

  #object(key: string): { Bucket: string; Key: string } {
    segmentsOf(key)
    return { Bucket: this.#settings.bucket, Key: key }
  }

  #remove(key: string): Promise<void> {
    return this.#settings.removesVersions === true ? removeEveryVersion(this.#bucket, key) : removeObject(this.#bucket, key)
  }

  async #send<Answer>(call: () => Promise<Answer>): Promise<Answer> {
    try {
      return await call()
    } catch (error) {
      throw toStorageFailure(isBareNotFound(error) ? await this.#explained(error) : error)
    }
  }

  /** Asks the bucket, so that a wrong bucket is not taken for thousands of missing objects. */
  async #explained(error: unknown): Promise<unknown> {
    const bucketFault = await this.#client.send(new HeadBucketCommand({ Bucket: this.#settings.bucket })).then(
      () => null,
      (fault: unknown) => fault,
    )
    return bucketFault ?? Object.assign(new Error('the object is not there', { cause: error }), { name: 'NoSuchKey' })
  }
}

function openedFrom(answer: GetObjectCommandOutput): OpenedObject {
  const bytes = answer.ContentLength ?? 0
  const total = /\/(\d+)$/.exec(answer.ContentRange ?? '')?.[1]
  return { body: answer.Body as Readable, bytes, totalBytes: total === undefined ? bytes : Number(total), etag: unquoted(answer.ETag) }
}

function unquoted(etag: string | undefined): string {
  return etag?.replaceAll('"', '') ?? ''
}
