import { S3Client } from '@aws-sdk/client-s3'

export interface S3Settings {
  readonly bucket: string
  /** Left out for AWS itself. Reached by this process. */
  readonly endpoint?: string | undefined
  /** What browsers reach the same store under, when that differs: a signature covers the host. */
  readonly publicEndpoint?: string | undefined
  readonly region?: string | undefined
  /** Left out, the SDK looks for keys where AWS programs do: its environment, a profile, the machine's role. */
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string } | undefined
  /** `host/bucket/key` in place of `bucket.host/key`. Needed by most stores that are not AWS, and the default with an endpoint. */
  readonly pathStyle?: boolean | undefined
  /** For stores that refuse the many-at-once call. */
  readonly deletesOneByOne?: boolean | undefined
  /** For buckets that keep every version: removing an object removes all of them, or they stay and are billed. */
  readonly removesVersions?: boolean | undefined
}

const CONNECT_TIMEOUT_MS = 5_000
/** Nothing moved on the connection for so long: a store that has stalled. */
const IDLE_TIMEOUT_MS = 30_000
/** An open download occupies a connection until its reader is done. */
const CONNECTIONS_MAX = 256
const ATTEMPTS_MAX = 3

/**
 * A client for this process, or for addresses that are handed out.
 *
 * Checksums only where the protocol demands them. By default the SDK adds headers that Backblaze answers with
 * 400, and bakes the checksum of an empty body into every presigned upload.
 */
export function openS3Client(settings: S3Settings, endpoint = settings.endpoint): S3Client {
  return new S3Client({
    region: settings.region ?? 'us-east-1',
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(settings.credentials === undefined ? {} : { credentials: settings.credentials }),
    forcePathStyle: settings.pathStyle ?? endpoint !== undefined,
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    maxAttempts: ATTEMPTS_MAX,
    requestHandler: {
      connectionTimeout: CONNECT_TIMEOUT_MS,
      socketTimeout: IDLE_TIMEOUT_MS,
      httpAgent: { maxSockets: CONNECTIONS_MAX },
      httpsAgent: { maxSockets: CONNECTIONS_MAX },
    },
  })
}
