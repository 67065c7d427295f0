import assert from 'node:assert/strict'
import type { S3Settings } from './s3-client.ts'

export interface BackblazeSettings {
  readonly bucket: string
  /** As in the bucket's endpoint: `us-west-004`, `eu-central-003`. */
  readonly region: string
  /** An application key. The master key is refused on this interface. */
  readonly keyId: string
  readonly applicationKey: string
  /** Where the bucket answers, when it is not Backblaze's own address: a CDN before it, or a test. */
  readonly endpoint?: string | undefined
}

/**
 * Backblaze B2 through its S3-compatible interface, which is the same protocol with two differences that matter
 * here. It refuses the checksum that the many-at-once delete has to carry. And every bucket keeps versions: deleting by
 * name hides an object, and what is hidden stays billed.
 */
export function backblazeAsS3({ bucket, region, keyId, applicationKey, endpoint }: BackblazeSettings): S3Settings {
  assert.match(region, /^[a-z]+(-[a-z]+)+-\d{3}$/, 'a region of Backblaze looks like us-west-004')
  return {
    bucket,
    region,
    endpoint: endpoint ?? `https://s3.${region}.backblazeb2.com`,
    credentials: { accessKeyId: keyId, secretAccessKey: applicationKey },
    pathStyle: true,
    deletesOneByOne: true,
    removesVersions: true,
  }
}
