/**
 * The settings: the only reader of the environment.
 *
 * Parsed once into a frozen object; all mistakes are reported together; unknown names with our prefix are refused, because a typo in
 * a setting is an outage. `settings` below is the source of docs/reference/configuration.md.
 */
import { isIP } from 'node:net'
import { join } from 'node:path'
import { z } from 'zod'
import { arrangeGoogle, findGoogleContradictions } from './google-settings.ts'
import { arrangeStorage, findStorageContradictions } from './storage-settings.ts'

export interface Setting {
  readonly name: string
  readonly description: string
  readonly default: string
  readonly secret: boolean
}

/** In digits: what JavaScript takes for a number besides, a blank being 0, is a mistake of whoever wrote it. */
const number = (min: number, max: number) =>
  z.string().regex(/^\s*-?\d+\s*$/, { error: 'is read as a whole number in digits' }).transform(Number).pipe(z.number().int().min(min).max(max))
const flag = z.enum(['true', 'false', '1', '0']).transform((text) => text === 'true' || text === '1')
const webAddress = z.url({ protocol: /^https?$/ }).transform((text) => text.replace(/\/+$/, ''))

const LANES = ['image', 'video', 'index', 'webhook', 'mail', 'maintenance'] as const
type Lane = (typeof LANES)[number]

const lanes = z.string().transform((text, context): readonly Lane[] => {
  const names = text.split(',').map((name) => name.trim())
  const unknown = names.filter((name) => !LANES.some((lane) => lane === name))
  if (unknown.length > 0) context.addIssue({ code: 'custom', message: `names no lane: ${unknown.join(', ')}; there are ${LANES.join(', ')}` })
  return LANES.filter((lane) => names.includes(lane))
})

/** Whom limits may be set for: images and videos of a provider count apart. */
const LIMITED = ['bytedance', 'bytedance-video', 'openai', 'openai-video', 'google-video', 'google-vertex-video', 'google-veo-video'] as const

/** `one=1,other=2`. Where the names are known, another one is a typo, and what it was meant for would be without its number. */
const numbers = (min: number, max: number, known: readonly string[] | null = null) =>
  z.string().transform((text, context): ReadonlyMap<string, number> => {
    const pairs = text.split(',').filter((pair) => pair.trim() !== '').map((pair) => /^\s*([a-z][a-z0-9-]*)\s*=\s*(\d{1,6})\s*$/.exec(pair))
    if (pairs.some((pair) => pair === null || Number(pair[2]) < min || Number(pair[2]) > max)) {
      context.addIssue({ code: 'custom', message: `is read as name=number,name=number, each number from ${min} to ${max}` })
    }
    const given = new Map(pairs.flatMap((pair) => (pair === null ? [] : [[pair[1]!, Number(pair[2])] as const])))
    const unknown = [...given.keys()].filter((name) => known?.includes(name) === false)
    if (known !== null && unknown.length > 0) context.addIssue({ code: 'custom', message: `names ${unknown.join(', ')}; there are ${known.join(', ')}` })
    return given
  })

/** A hop count, or addresses and networks. */
const trust = z.string().refine((text) => text === 'false' || /^\d{1,2}$/.test(text) || text.split(',').every((part) => isNetwork(part.trim())), {
  error: 'is read as false, a number of hops, or addresses and networks by commas, such as 10.0.0.0/8',
})

function isNetwork(text: string): boolean {
  const [address = '', ...ranges] = text.split('/')
  const version = isIP(address)
  if (version === 0 || ranges.length > 1) return false
  const [range] = ranges
  return range === undefined || isIP(range) === version || (/^\d{1,3}$/.test(range) && Number(range) >= 1 && Number(range) <= (version === 4 ? 32 : 128))
}

/** One row per setting: how it is read, what it is when absent, what it does. `null` as default means "not set". */
const schema = {
  NODE_ENV: [z.enum(['development', 'production', 'test']), 'development', 'In `production`: JSON logs, no demo person, secrets must be given.'],
  COOLY_ROLE: [z.enum(['api', 'worker', 'scheduler', 'all']), 'all', 'What this process does. Every role may run any number of times, except on the embedded database.'],
  PORT: [number(0, 65_535), null, 'Port to listen on: 3000 with the web app, 5001 without. 0 takes a free one. In the roles `worker` and `scheduler`: where `/health`, `/ready` and `/metrics` answer, and nowhere unless it is set.'],
  HOST: [z.string().min(1), null, 'Address to listen on: the loopback address, in production all of them.'],
  PUBLIC_URL: [webAddress, null, 'The address people use, e.g. `https://cooly.example`. Over https, cookies are marked secure, and providers that can are told where to report that a video is done.'],
  TRUST_PROXY: [trust, 'false', 'Which proxies may say who the client is: a hop count or a list of addresses. Nobody unless set.'],
  COOLY_WEB: [flag, null, 'Whether this process serves the web app. Yes in role `all`.'],
  COOLY_API_URL: [webAddress, null, 'Where the web app finds the API when it runs as a program of its own. Read by the web app alone.'],
  COOLY_DATA_DIR: [z.string().min(1), '.cooly', 'Directory of the embedded database, the stored files and made-up secrets.'],
  DATABASE_URL: [z.url({ protocol: /^postgres(ql)?$/ }), null, 'A Postgres to use instead of the embedded database.', 'secret'],
  COOLY_DATABASE_CONNECTIONS: [number(2, 500), '16', 'Size of the pool of connections to Postgres.'],
  QUEUE: [z.enum(['postgres', 'bullmq', 'sqs']), null, 'Which queue carries the work. Unless it is set: BullMQ with `USE_BULLMQ=true`, else SQS with `SQS_MAIN_QUEUE_URL`, else BullMQ with `REDIS_URL`, else Postgres.'],
  USE_BULLMQ: [flag, null, '`true` carries the work on Redis, at `REDIS_URL`, whatever else is set. `false` says nothing; `QUEUE=postgres` keeps the queue off Redis.'],
  REDIS_URL: [z.url({ protocol: /^rediss?$/ }), null, 'A Redis for the queue, e.g. `redis://10.0.0.7:6379/0`. Its maxmemory-policy has to be `noeviction`.', 'secret'],
  SQS_MAIN_QUEUE_URL: [webAddress, null, 'A standard queue of AWS SQS for the queue. The other queues are named after it and made when they are missing.'],
  SQS_DLQ_URL: [webAddress, null, 'The dead-letter queue for messages that end every worker. Default: the main queue with `-dlq` behind its name.'],
  AWS_REGION: [z.string().regex(/^[a-z0-9-]+$/), null, 'Region of the SQS queue, where its address does not name one. Credentials are found as the AWS SDK does: `AWS_ACCESS_KEY_ID` and `AWS_SECRET_ACCESS_KEY`, a profile, or the role of the machine.'],
  AWS_ENDPOINT_URL_SQS: [webAddress, null, 'Where SQS answers, for an emulator or a private endpoint.'],
  STORAGE: [z.enum(['files', 's3', 'b2']), null, 'Where outputs are kept. Unless it is set: in a bucket of S3 with `S3_BUCKET_NAME`, at Backblaze with `B2_BUCKET`, else as files in the data directory.'],
  S3_BUCKET_NAME: [z.string().min(1), null, 'A bucket for the outputs: of AWS S3, MinIO or any other store that speaks its protocol.'],
  S3_ENDPOINT: [webAddress, null, 'Where that store answers this program, e.g. `http://minio:9000`. AWS itself needs none.'],
  S3_PUBLIC_ENDPOINT: [webAddress, null, 'Where browsers reach the same store. With it downloads are led there by an address that expires; without it their bytes go through the API.'],
  S3_REGION: [z.string().regex(/^[a-z0-9-]+$/), null, 'Region of the bucket. Needed without `S3_ENDPOINT`.'],
  S3_ACCESS_KEY_ID: [z.string().min(1), null, 'Key for the bucket. Left out with `S3_SECRET_ACCESS_KEY`, credentials are found as the AWS SDK does: `AWS_ACCESS_KEY_ID`, a profile, or the role of the machine.'],
  S3_SECRET_ACCESS_KEY: [z.string().min(1), null, 'The secret that belongs to `S3_ACCESS_KEY_ID`.', 'secret'],
  S3_PATH_STYLE: [flag, null, 'Whether the bucket stands in the path of addresses instead of before the host. Yes with `S3_ENDPOINT`.'],
  B2_BUCKET: [z.string().min(1), null, 'A bucket of Backblaze B2 for the outputs.'],
  B2_REGION: [z.string().regex(/^[a-z]+(-[a-z]+)+-\d{3}$/), null, 'Its region, as in the endpoint of the bucket: `us-west-004`.'],
  B2_KEY_ID: [z.string().min(1), null, 'Id of an application key for that bucket. The master key is refused by Backblaze.'],
  B2_APPLICATION_KEY: [z.string().min(1), null, 'The application key itself.', 'secret'],
  B2_ENDPOINT: [webAddress, null, 'Where the bucket answers, if it is not Backblaze\'s own address of the region.'],
  COOLY_RETENTION_DAYS: [numbers(1, 36_500), '', 'For how many days outputs are kept after their generation ended, by the plan of the account, e.g. `free=30,pro=365`. For ever where a plan is not named. Everybody is on `free` until an admin or billing says otherwise.'],
  COOLY_WORKER_CONCURRENCY: [number(1, 1_000), '16', 'How many generations one worker process works on at once.'],
  COOLY_LANES: [lanes, LANES.join(','), 'Which lanes a worker process serves. In this version `image` and `video` have work; the others are names.'],
  COOLY_LANE_CONCURRENCY: [numbers(1, 1_000, LANES), '', 'The same for single lanes, e.g. `image=32,video=4`; `COOLY_WORKER_CONCURRENCY` for those not named.'],
  COOLY_PROVIDER_CONCURRENCY: [numbers(1, 10_000, LIMITED), '', 'How many calls a provider may have under way at once over all processes, e.g. `bytedance=20,bytedance-video=3`: images and videos count apart, and a video counts until it is known to have ended. Without limit where not named. What an operator changes live stays.'],
  AUTH_SECRET: [z.string().min(32), null, 'Signs the session cookies; the same in every process. Made up and kept in the data directory outside production.', 'secret'],
  COOLY_ADMIN_EMAIL: [z.email(), 'admin@example.com', 'Address of the admin made at the first start.'],
  COOLY_ADMIN_PASSWORD: [z.string().min(8).max(128), null, 'Password of that admin. Made up and printed once when absent.', 'secret'],
  COOLY_UPLOADS_MAX: [number(1, 1_000_000), '5000', 'How many uploads one account may keep.'],
  COOLY_UPLOADS_MEGABYTES: [number(1, 10_000_000), '5000', 'How many megabytes the uploads of one account may have together.'],
  COOLY_UPLOADS_KEPT_DAYS: [number(1, 3_650), '30', 'How many days an upload is kept after it was used for the last time.'],
  COOLY_DEMO: [flag, null, 'Whether test@example.com with 1000 credits is made and offered on the sign-in page. Yes outside production.'],
  COOLY_WELCOME_CREDITS: [number(0, 1_000_000), '0', 'Credits given to everybody who signs up.'],
  SEEDREAM4_API_KEY: [z.string().min(1), null, 'BytePlus ModelArk key. Without it images come from the simulator and say so.', 'secret'],
  SEEDANCE_API_KEY: [z.string().min(1), null, 'BytePlus ModelArk key for videos; it may be the same. Without it videos come from the simulator and say so.', 'secret'],
  BYTEPLUS_BASE_URL: [webAddress, null, 'Address of ModelArk, or of a simulator already running. Default: the Asia-Pacific endpoint with a key, an own simulator without.'],
  OPENAI_API_KEY: [z.string().min(1), null, 'OpenAI key, for GPT Image. Without it these images come from the simulator and say so.', 'secret'],
  OPENAI_BASE_URL: [webAddress, null, 'Where OpenAI\'s interface answers, up to and including the version: a compatible gateway with a key, a simulator already running without. Default: `https://api.openai.com/v1` with a key, an own simulator without.'],
  GOOGLE_API_KEY: [z.string().min(1), null, 'Gemini API key, for Gemini Omni. Without it these videos come from the simulator and say so.', 'secret'],
  GOOGLE_BASE_URL: [webAddress, null, 'Where the Gemini API answers, up to and including the version: a compatible gateway with a key, a simulator already running without. Default: `https://generativelanguage.googleapis.com/v1beta` with a key, an own simulator without.'],
  GOOGLE_VEO: [flag, null, 'Whether `GOOGLE_BASE_URL` still speaks Veo by key, which Google itself ended on 2026-10-22.'],
  GOOGLE_VERTEX_PROJECT: [z.string().regex(/^[a-z][a-z0-9:.-]{1,62}$/), null, 'Project at Google Cloud, for Veo on Vertex AI. Needs `GOOGLE_VERTEX_KEY_FILE`; without both these videos come from the simulator and say so.'],
  GOOGLE_VERTEX_LOCATION: [z.string().regex(/^[a-z]+(-[a-z]+\d+)?$/), 'us-central1', 'Region of Vertex AI.'],
  GOOGLE_VERTEX_KEY_FILE: [z.string().min(1), null, 'The key file (JSON) of a service account that may use Vertex AI in that project.'],
  GOOGLE_VERTEX_STORAGE_URI: [z.string().regex(/^gs:\/\/[a-z0-9][a-z0-9._-]+(\/\S*)?$/), null, 'A bucket, and a folder of it, that Veo puts its videos into: `gs://bucket/folder`. The service account must be able to read them. Without it videos come inside the answers.'],
  GOOGLE_VERTEX_BASE_URL: [webAddress, null, 'Where Vertex AI answers, up to and including the version. Default: the address of the region with a key file, an own simulator without.'],
  GOOGLE_VERTEX_STORAGE_BASE_URL: [webAddress, null, 'Where that bucket answers. Default: `https://storage.googleapis.com`.'],
  COOLY_SIMULATE: [flag, null, 'Whether a provider without a key is simulated. Yes outside production; in production its models are unconfigured and refused, unless this is `true`. What is simulated says so.'],
  COOLY_PROVIDER_TIMEOUT_SECONDS: [number(1, 3_600), '300', 'How long one call to a provider may take before its outcome counts as unknown.'],
  COOLY_MODEL_CHECK_HOUR: [number(0, 24), '4', 'From which hour of the day (UTC) on the providers are asked once which models they still have; 24 is never.'],
  COOLY_CREDIT_VALUE_MICRO_USD: [number(0, 1_000_000_000), '50000', 'What a credit earns, in millionths of a dollar, for figures of revenue and margin: 50000 is five cents; the prices of the first start cover about three cents of a provider\'s bill with a credit. Nothing is charged by it.'],
  BOOTSTRAP_STARTED_AT: [number(0, Number.MAX_SAFE_INTEGER), null, 'When `npm start` was called, in milliseconds since 1970. Set by it, so that "ready" counts the installation too.'],
  SIMULATOR_LATENCY_MS: [number(0, 600_000), null, 'How long a simulated image or video takes. Default: a spread around 7 s an image, 40 s a video; 0 answers at once.'],
  LOG_LEVEL: [z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']), null, 'What is logged. Default: `info` in production, `warn` otherwise.'],
  COOLY_METRICS_TOKEN: [z.string().min(16), null, 'Bearer token for `/metrics`. Without it the page answers to this machine only, in production.', 'secret'],
  COOLY_FAILPOINTS: [z.string(), '', 'Where to die or fail on purpose, for tests: `worker.after_put=kill9@2`. Refused in production.'],
} as const satisfies Record<string, readonly [z.ZodType, string | null, string, 'secret'?]>

export const settings: readonly Setting[] = Object.entries(schema).map(([name, [, fallback, description, secret]]: [string, readonly [z.ZodType, string | null, string, 'secret'?]]) => ({
  name,
  description,
  default: fallback ?? '',
  secret: secret === 'secret',
}))

type Name = keyof typeof schema
type Parsed = { [N in Name]: z.output<(typeof schema)[N][0]> | ((typeof schema)[N][1] extends null ? null : never) }

export type Config = ReturnType<typeof arrange>

/** Thrown with every mistake at once. Values of secrets are not in it. */
export class InvalidConfig extends Error {
  readonly mistakes: readonly string[]
  constructor(mistakes: readonly string[]) {
    super(`The settings cannot be used:\n${mistakes.map((mistake) => `  - ${mistake}`).join('\n')}`)
    this.name = 'InvalidConfig'
    this.mistakes = mistakes
  }
}

type Environment = Readonly<Record<string, string | undefined>>

/** Reads the settings; what the command line says wins. Refuses `InvalidConfig` with all mistakes together. */
export function readConfig(environment: Environment = process.env, overrides: Environment = {}) {
  const env: Environment = { ...environment, ...overrides }
  const mistakes: string[] = []
  const parsed: Record<string, unknown> = {}
  for (const [name, [type, fallback]] of Object.entries(schema)) {
    // An empty value is how compose files and shells leave a setting out.
    const text = env[name] === undefined || env[name] === '' ? fallback : env[name]
    if (text === null) parsed[name] = null
    else {
      const result = type.safeParse(text)
      if (result.success) parsed[name] = result.data
      else mistakes.push(`${name} ${result.error.issues[0]?.message ?? 'is wrong'}`)
    }
  }
  for (const name of Object.keys(env)) {
    if (name.startsWith('COOLY_') && !(name in schema)) mistakes.push(`${name} is not a setting`)
  }
  mistakes.push(...findContradictions(parsed as Parsed))
  if (mistakes.length > 0) throw new InvalidConfig(mistakes)
  return arrange(parsed as Parsed)
}

function findContradictions(parsed: Parsed): string[] {
  const mistakes: string[] = []
  const production = parsed.NODE_ENV === 'production'
  if (production && parsed.COOLY_FAILPOINTS) mistakes.push('COOLY_FAILPOINTS is refused in production')
  if (production && parsed.AUTH_SECRET === null && parsed.DATABASE_URL !== null) {
    mistakes.push('AUTH_SECRET is required in production: every process must sign sessions alike')
  }
  if (parsed.DATABASE_URL === null && parsed.COOLY_ROLE !== undefined && parsed.COOLY_ROLE !== 'all') {
    mistakes.push(`COOLY_ROLE=${parsed.COOLY_ROLE} needs DATABASE_URL: the embedded database serves one process`)
  }
  return [...mistakes, ...findQueueContradictions(parsed), ...findStorageContradictions(parsed), ...findGoogleContradictions(parsed)]
}

function findQueueContradictions(parsed: Parsed): string[] {
  const { QUEUE, USE_BULLMQ, REDIS_URL, SQS_MAIN_QUEUE_URL: mainUrl, SQS_DLQ_URL: deadLetterUrl } = parsed
  const kind = chooseQueue(parsed)
  const mistakes: string[] = []
  if (USE_BULLMQ === true && QUEUE && QUEUE !== 'bullmq') mistakes.push(`USE_BULLMQ=true contradicts QUEUE=${QUEUE}`)
  if (kind === 'bullmq' && REDIS_URL === null) mistakes.push(`${QUEUE === 'bullmq' ? 'QUEUE=bullmq' : 'USE_BULLMQ=true'} needs REDIS_URL`)
  if (kind !== 'sqs') return mistakes
  if (mainUrl === null) mistakes.push('QUEUE=sqs needs SQS_MAIN_QUEUE_URL')
  if (mainUrl?.endsWith('.fifo')) mistakes.push('SQS_MAIN_QUEUE_URL names a FIFO queue, and Cooly needs a standard one')
  if (mainUrl && mainUrl === deadLetterUrl) mistakes.push('SQS_DLQ_URL is SQS_MAIN_QUEUE_URL; dead letters need a queue of their own')
  if (mainUrl && regionOf(mainUrl) === null && parsed.AWS_REGION === null) mistakes.push('AWS_REGION is required: SQS_MAIN_QUEUE_URL does not name a region')
  return mistakes
}

function chooseQueue({ QUEUE, USE_BULLMQ, REDIS_URL, SQS_MAIN_QUEUE_URL }: Parsed): 'postgres' | 'bullmq' | 'sqs' {
  if (QUEUE) return QUEUE
  if (USE_BULLMQ === true) return 'bullmq'
  if (SQS_MAIN_QUEUE_URL) return 'sqs'
  return REDIS_URL ? 'bullmq' : 'postgres'
}

/** The region that the address of a queue names: `https://sqs.eu-west-1.amazonaws.com/…`. */
function regionOf(queueUrl: string): string | null {
  return /^sqs\.([a-z]{2}(?:-[a-z]+)+-\d+)\./.exec(new URL(queueUrl).hostname)?.[1] ?? null
}

/** Of settings without contradictions. */
function arrangeQueue(p: Parsed) {
  const kind = chooseQueue(p)
  if (kind === 'postgres') return { kind } as const
  if (kind === 'bullmq') return { kind, url: p.REDIS_URL! } as const
  const mainUrl = p.SQS_MAIN_QUEUE_URL!
  return { kind, mainUrl, deadLetterUrl: p.SQS_DLQ_URL, region: regionOf(mainUrl) ?? p.AWS_REGION!, endpoint: p.AWS_ENDPOINT_URL_SQS } as const
}

function arrange(p: Parsed) {
  const production = p.NODE_ENV === 'production'
  const web = p.COOLY_WEB ?? p.COOLY_ROLE === 'all'
  const serves = p.COOLY_ROLE === 'api' || p.COOLY_ROLE === 'all'
  return Object.freeze({
    production,
    role: p.COOLY_ROLE,
    /** Whether people and programs are answered here, and not operators' machines alone. */
    serves,
    dataDirectory: p.COOLY_DATA_DIR,
    http: Object.freeze({
      // Of several roles on one machine only one can have the usual port.
      listens: serves || p.PORT !== null,
      port: p.PORT ?? (web ? 3000 : 5001),
      host: p.HOST ?? (production ? '0.0.0.0' : '127.0.0.1'),
      publicUrl: p.PUBLIC_URL,
      trustProxy: readTrust(p.TRUST_PROXY),
      metricsToken: p.COOLY_METRICS_TOKEN,
      web,
    }),
    database: Object.freeze({ url: p.DATABASE_URL, connectionsMax: p.COOLY_DATABASE_CONNECTIONS }),
    worker: Object.freeze({ concurrency: p.COOLY_WORKER_CONCURRENCY, lanes: p.COOLY_LANES, laneConcurrency: p.COOLY_LANE_CONCURRENCY }),
    providerConcurrency: p.COOLY_PROVIDER_CONCURRENCY,
    queue: Object.freeze(arrangeQueue(p)),
    uploads: Object.freeze({
      quota: Object.freeze({ uploadsMax: p.COOLY_UPLOADS_MAX, bytesMax: p.COOLY_UPLOADS_MEGABYTES * 1_000_000 }),
      keptDays: p.COOLY_UPLOADS_KEPT_DAYS,
    }),
    retentionDays: p.COOLY_RETENTION_DAYS,
    signedDownloads: p.S3_PUBLIC_ENDPOINT !== null,
    storage: Object.freeze(arrangeStorage(p, join(p.COOLY_DATA_DIR, 'files'))),
    accounts: Object.freeze({
      secret: p.AUTH_SECRET,
      adminEmail: p.COOLY_ADMIN_EMAIL,
      adminPassword: p.COOLY_ADMIN_PASSWORD,
      demo: p.COOLY_DEMO ?? !production,
      welcomeCredits: p.COOLY_WELCOME_CREDITS,
    }),
    bytedance: Object.freeze({
      apiKey: p.SEEDREAM4_API_KEY,
      videoKey: p.SEEDANCE_API_KEY,
      baseUrl: p.BYTEPLUS_BASE_URL,
      timeoutMs: p.COOLY_PROVIDER_TIMEOUT_SECONDS * 1_000,
    }),
    openai: Object.freeze({
      apiKey: p.OPENAI_API_KEY,
      baseUrl: p.OPENAI_BASE_URL,
      timeoutMs: p.COOLY_PROVIDER_TIMEOUT_SECONDS * 1_000,
    }),
    google: Object.freeze(arrangeGoogle(p)),
    simulate: p.COOLY_SIMULATE ?? !production,
    modelCheckHour: p.COOLY_MODEL_CHECK_HOUR,
    creditValueMicroUsd: p.COOLY_CREDIT_VALUE_MICRO_USD,
    simulatorLatencyMs: p.SIMULATOR_LATENCY_MS,
    logLevel: p.LOG_LEVEL ?? (production ? 'info' : 'warn'),
    failpoints: p.COOLY_FAILPOINTS,
    bootstrapStartedAt: p.BOOTSTRAP_STARTED_AT,
  })
}

function readTrust(text: string): false | number | string[] {
  if (text === 'false') return false
  return /^\d{1,2}$/.test(text) ? Number(text) : text.split(',').map((part) => part.trim())
}
