import type { StorageConfig } from '#platform/storage'

/** The settings that say where files are kept, as they were read. Null where one is not set. */
export interface StorageSettings {
  readonly STORAGE: 'files' | 's3' | 'b2' | null
  readonly S3_BUCKET_NAME: string | null
  readonly S3_ENDPOINT: string | null
  readonly S3_PUBLIC_ENDPOINT: string | null
  readonly S3_REGION: string | null
  readonly S3_ACCESS_KEY_ID: string | null
  readonly S3_SECRET_ACCESS_KEY: string | null
  readonly S3_PATH_STYLE: boolean | null
  readonly B2_BUCKET: string | null
  readonly B2_REGION: string | null
  readonly B2_KEY_ID: string | null
  readonly B2_APPLICATION_KEY: string | null
  readonly B2_ENDPOINT: string | null
}

type Name = keyof StorageSettings

const neededByB2: readonly Name[] = ['B2_BUCKET', 'B2_REGION', 'B2_KEY_ID', 'B2_APPLICATION_KEY']

/** What of the settings cannot be meant together. Empty when they say where files go. */
export function findStorageContradictions(settings: StorageSettings): string[] {
  const { STORAGE, S3_BUCKET_NAME, B2_BUCKET } = settings
  if (STORAGE === null && S3_BUCKET_NAME !== null && B2_BUCKET !== null) return ['S3_BUCKET_NAME and B2_BUCKET are both set; STORAGE has to say which is meant']
  const kind = chooseStorage(settings)
  if (kind === 's3') return findS3Contradictions(settings)
  if (kind === 'b2') return findMissing(settings, neededByB2, 'the storage at Backblaze')
  return STORAGE === null ? findForgottenBuckets(settings) : []
}

function findS3Contradictions(settings: StorageSettings): string[] {
  const { S3_ENDPOINT, S3_REGION, S3_ACCESS_KEY_ID: id, S3_SECRET_ACCESS_KEY: secret } = settings
  const mistakes = findMissing(settings, ['S3_BUCKET_NAME'], 'STORAGE=s3')
  if (S3_ENDPOINT === null && S3_REGION === null) mistakes.push('S3_REGION is required without S3_ENDPOINT')
  if ((id === null) !== (secret === null)) mistakes.push('S3_ACCESS_KEY_ID and S3_SECRET_ACCESS_KEY are set both or neither')
  return mistakes
}

/** A store that was half set up would silently be the local disk. */
function findForgottenBuckets(settings: StorageSettings): string[] {
  const given = (prefix: string) => Object.entries(settings).find(([name, value]) => name.startsWith(prefix) && value !== null)?.[0]
  const [s3, b2] = [given('S3_'), given('B2_')]
  return [
    ...(s3 === undefined ? [] : [`${s3} is set without S3_BUCKET_NAME`]),
    ...(b2 === undefined ? [] : [`${b2} is set without B2_BUCKET`]),
  ]
}

function findMissing(settings: StorageSettings, names: readonly Name[], what: string): string[] {
  return names.filter((name) => settings[name] === null).map((name) => `${what} needs ${name}`)
}

function chooseStorage({ STORAGE, S3_BUCKET_NAME, B2_BUCKET }: StorageSettings): 'files' | 's3' | 'b2' {
  if (STORAGE !== null) return STORAGE
  if (S3_BUCKET_NAME !== null) return 's3'
  return B2_BUCKET === null ? 'files' : 'b2'
}

/** Of settings without contradictions; files go below `directory`. */
export function arrangeStorage(settings: StorageSettings, directory: string): StorageConfig {
  const kind = chooseStorage(settings)
  if (kind === 'files') return { kind, directory }
  if (kind === 'b2') {
    return {
      kind,
      bucket: settings.B2_BUCKET!,
      region: settings.B2_REGION!,
      keyId: settings.B2_KEY_ID!,
      applicationKey: settings.B2_APPLICATION_KEY!,
      endpoint: settings.B2_ENDPOINT ?? undefined,
    }
  }
  const { S3_ACCESS_KEY_ID: accessKeyId, S3_SECRET_ACCESS_KEY: secretAccessKey } = settings
  return {
    kind,
    bucket: settings.S3_BUCKET_NAME!,
    endpoint: settings.S3_ENDPOINT ?? undefined,
    publicEndpoint: settings.S3_PUBLIC_ENDPOINT ?? undefined,
    region: settings.S3_REGION ?? undefined,
    credentials: accessKeyId === null || secretAccessKey === null ? undefined : { accessKeyId, secretAccessKey },
    pathStyle: settings.S3_PATH_STYLE ?? undefined,
  }
}
