import assert from 'node:assert/strict'
import { test } from 'node:test'
import { seedModels } from '#domains/catalog'
import { InvalidConfig, readConfig } from './config.ts'

function mistakesOf(env: Record<string, string>): readonly string[] {
  try {
    readConfig(env)
  } catch (error) {
    assert(error instanceof InvalidConfig)
    return error.mistakes
  }
  return []
}

test('how long outputs are kept is read by plan, and a time that is none is refused', () => {
  assert.deepEqual([...readConfig({ COOLY_RETENTION_DAYS: 'free=30, pro=365' }).retentionDays], [['free', 30], ['pro', 365]])
  assert.deepEqual([...readConfig({}).retentionDays], [])
  for (const wrong of ['free', 'free=0', 'free=1.5', 'Free=30', 'free=36501']) assert.throws(() => readConfig({ COOLY_RETENTION_DAYS: wrong }), /COOLY_RETENTION_DAYS/, wrong)
})

test('without any settings it is the embedded default with the web app on port 3000, on this machine only', () => {
  const config = readConfig({})
  assert.deepEqual([config.role, config.database.url, config.http.web, config.http.port, config.http.host], ['all', null, true, 3000, '127.0.0.1'])
  assert.equal(config.accounts.demo, true)
})

test('an API by itself listens on 5001, and an empty value is no value', () => {
  const config = readConfig({ COOLY_ROLE: 'api', DATABASE_URL: 'postgres://db/cooly', PORT: '' })
  assert.deepEqual([config.http.web, config.http.port], [false, 5001])
})

test('a number is written in digits: nothing else is taken for one', () => {
  for (const wrong of [' ', '\t', '1e4', '0x10', '0b11', '1_000', '1.0', '12.5', '+5', 'Infinity', '16 MB']) {
    assert.deepEqual(mistakesOf({ PORT: wrong, SIMULATOR_LATENCY_MS: wrong, COOLY_WORKER_CONCURRENCY: wrong }),
      ['PORT', 'COOLY_WORKER_CONCURRENCY', 'SIMULATOR_LATENCY_MS'].map((name) => `${name} is read as a whole number in digits`), wrong)
  }
  assert.deepEqual([readConfig({ PORT: ' 9100 ' }).http.port, readConfig({ PORT: '0' }).http.port], [9100, 0])
  assert.match(mistakesOf({ PORT: '-1' }).join(), /^PORT .*0/)
})

test('a worker and a scheduler listen only where a port is named, and serve nobody there', () => {
  const listens = (env: Record<string, string>) => {
    const { http, serves } = readConfig({ DATABASE_URL: 'postgres://db/cooly', ...env })
    return [http.listens, serves]
  }
  for (const role of ['worker', 'scheduler']) {
    assert.deepEqual([listens({ COOLY_ROLE: role }), listens({ COOLY_ROLE: role, PORT: '9100' })], [[false, false], [true, false]])
  }
  assert.deepEqual([listens({}), listens({ COOLY_ROLE: 'api' })], [[true, true], [true, true]])
})

test('a number for a lane or a provider that there is not is refused: what was meant would have none', () => {
  assert.match(mistakesOf({ COOLY_LANE_CONCURRENCY: 'images=3' }).join(), /^COOLY_LANE_CONCURRENCY names images; there are image, video/)
  assert.match(mistakesOf({ COOLY_PROVIDER_CONCURRENCY: 'bytedance=20,bytdance-video=3' }).join(), /^COOLY_PROVIDER_CONCURRENCY names bytdance-video; there are bytedance, /)
  for (const { provider, kind } of seedModels) assert.deepEqual(mistakesOf({ COOLY_PROVIDER_CONCURRENCY: `${provider}${kind === 'video' ? '-video' : ''}=3` }), [])
})

test('proxies are a number of hops, or addresses and networks', () => {
  const trusted = (text: string) => readConfig({ TRUST_PROXY: text }).http.trustProxy
  assert.deepEqual(['false', '2', '10.0.0.1', '10.0.0.0/8, ::1', '10.0.0.0/255.0.0.0'].map(trusted), [false, 2, ['10.0.0.1'], ['10.0.0.0/8', '::1'], ['10.0.0.0/255.0.0.0']])
  for (const wrong of ['yes', 'abc', '1.2.3', '10.0.0.0/33', '10.0.0.0/8/8', '10.0.0.1,']) assert.match(mistakesOf({ TRUST_PROXY: wrong }).join(), /^TRUST_PROXY is read as/, wrong)
})

test('all mistakes are reported together, and none of them shows a secret', () => {
  const mistakes = mistakesOf({ PORT: '99999', COOLY_ROLE: 'boss', AUTH_SECRET: 'too-short', COOLY_DATADIR: 'x' })
  assert.equal(mistakes.length, 4)
  assert(mistakes.some((mistake) => mistake === 'COOLY_DATADIR is not a setting'))
  assert(!mistakes.join().includes('too-short'))
})

test('production makes no demo person, and refuses failpoints and a secret that processes would not share', () => {
  const production = { NODE_ENV: 'production', DATABASE_URL: 'postgres://db/cooly' }
  assert.equal(readConfig({ ...production, AUTH_SECRET: 's'.repeat(32) }).accounts.demo, false)
  assert.match(mistakesOf({ ...production, AUTH_SECRET: 's'.repeat(32), COOLY_FAILPOINTS: 'worker.after_put=kill9' }).join(), /refused in production/)
  assert.match(mistakesOf(production).join(), /AUTH_SECRET is required/)
})

test('what has no key is simulated outside production, and in it only where that is said', () => {
  const simulates = (env: Record<string, string>) => readConfig({ AUTH_SECRET: 's'.repeat(32), ...env }).simulate
  assert.deepEqual([simulates({}), simulates({ COOLY_SIMULATE: 'false' })], [true, false])
  assert.deepEqual([simulates({ NODE_ENV: 'production' }), simulates({ NODE_ENV: 'production', COOLY_SIMULATE: 'true' })], [false, true])
})

test('Veo needs a project and its key file together, and by key an address that still has it', () => {
  assert.match(mistakesOf({ GOOGLE_VERTEX_PROJECT: 'a-project' }).join(), /both or neither/)
  assert.match(mistakesOf({ GOOGLE_VERTEX_KEY_FILE: '/keys/google.json' }).join(), /both or neither/)
  assert.match(mistakesOf({ GOOGLE_VEO: 'true' }).join(), /needs GOOGLE_BASE_URL/)
  assert.match(mistakesOf({ GOOGLE_VERTEX_STORAGE_URI: 's3://bucket' }).join(), /GOOGLE_VERTEX_STORAGE_URI/)
  assert.deepEqual(readConfig({ GOOGLE_VERTEX_PROJECT: 'a-project', GOOGLE_VERTEX_KEY_FILE: '/keys/google.json' }).google.vertex.location, 'us-central1')
})

test('a role of its own needs a database that several processes can use', () => {
  assert.match(mistakesOf({ COOLY_ROLE: 'worker' }).join(), /needs DATABASE_URL/)
})

const REDIS = 'redis://10.0.0.7:6379'
const SQS = 'https://sqs.eu-west-1.amazonaws.com/123456789012/cooly'

test('the queue follows from what is there: USE_BULLMQ before SQS before Redis before Postgres, and QUEUE before all', () => {
  const kindOf = (env: Record<string, string>) => readConfig(env).queue.kind
  assert.equal(kindOf({}), 'postgres')
  assert.equal(kindOf({ REDIS_URL: REDIS }), 'bullmq')
  assert.equal(kindOf({ REDIS_URL: REDIS, SQS_MAIN_QUEUE_URL: SQS }), 'sqs')
  assert.equal(kindOf({ REDIS_URL: REDIS, SQS_MAIN_QUEUE_URL: SQS, USE_BULLMQ: 'true' }), 'bullmq')
  assert.equal(kindOf({ REDIS_URL: REDIS, USE_BULLMQ: 'false' }), 'bullmq')
  assert.equal(kindOf({ REDIS_URL: REDIS, SQS_MAIN_QUEUE_URL: SQS, QUEUE: 'postgres' }), 'postgres')
})

test('the region of SQS is the one of the queue, or else AWS_REGION', () => {
  const regionOf = (env: Record<string, string>) => (readConfig(env).queue as { region: string }).region
  assert.equal(regionOf({ SQS_MAIN_QUEUE_URL: SQS, AWS_REGION: 'us-east-1' }), 'eu-west-1')
  assert.equal(regionOf({ SQS_MAIN_QUEUE_URL: 'http://localhost:4566/000000000000/cooly', AWS_REGION: 'us-east-1' }), 'us-east-1')
})

test('a queue that lacks its address, and settings that contradict each other, are refused together', () => {
  assert.deepEqual(mistakesOf({ USE_BULLMQ: 'true' }), ['USE_BULLMQ=true needs REDIS_URL'])
  assert.deepEqual(mistakesOf({ QUEUE: 'bullmq' }), ['QUEUE=bullmq needs REDIS_URL'])
  assert.deepEqual(mistakesOf({ QUEUE: 'sqs' }), ['QUEUE=sqs needs SQS_MAIN_QUEUE_URL'])
  assert.deepEqual(mistakesOf({ QUEUE: 'sqs', USE_BULLMQ: 'true', SQS_MAIN_QUEUE_URL: 'http://localhost/1/a.fifo', SQS_DLQ_URL: 'http://localhost/1/a.fifo' }), [
    'USE_BULLMQ=true contradicts QUEUE=sqs',
    'SQS_MAIN_QUEUE_URL names a FIFO queue, and Cooly needs a standard one',
    'SQS_DLQ_URL is SQS_MAIN_QUEUE_URL; dead letters need a queue of their own',
    'AWS_REGION is required: SQS_MAIN_QUEUE_URL does not name a region',
  ])
})

test('an address that is none is one mistake, and a queue this version does not have is another', () => {
  assert.equal(mistakesOf({ REDIS_URL: 'localhost:6379' }).length, 1)
  assert.equal(mistakesOf({ QUEUE: 'rabbitmq' }).length, 1)
})

const S3 = { S3_BUCKET_NAME: 'outputs', S3_ENDPOINT: 'http://minio:9000' }
const B2 = { B2_BUCKET: 'outputs', B2_REGION: 'us-west-004', B2_KEY_ID: 'id', B2_APPLICATION_KEY: 'key' }

test('where files go follows from what is there, and STORAGE decides before all', () => {
  const storageOf = (env: Record<string, string>) => readConfig(env).storage
  assert.deepEqual(storageOf({ COOLY_DATA_DIR: 'here' }), { kind: 'files', directory: 'here/files' })
  assert.deepEqual([storageOf(S3).kind, storageOf(B2).kind], ['s3', 'b2'])
  assert.equal(storageOf({ ...S3, ...B2, STORAGE: 'b2' }).kind, 'b2')
  assert.equal(storageOf({ ...S3, STORAGE: 'files' }).kind, 'files')
  const full = storageOf({ ...S3, S3_ACCESS_KEY_ID: 'id', S3_SECRET_ACCESS_KEY: 'secret', S3_PATH_STYLE: 'false' })
  assert(full.kind === 's3')
  assert.deepEqual([full.credentials, full.pathStyle, full.region], [{ accessKeyId: 'id', secretAccessKey: 'secret' }, false, undefined])
})

test('a storage that lacks something, is named twice or only in part is refused with everything else', () => {
  assert.deepEqual(mistakesOf({ ...S3, ...B2 }), ['S3_BUCKET_NAME and B2_BUCKET are both set; STORAGE has to say which is meant'])
  assert.deepEqual(mistakesOf({ STORAGE: 's3', S3_ACCESS_KEY_ID: 'id', USE_BULLMQ: 'true' }), [
    'USE_BULLMQ=true needs REDIS_URL',
    'STORAGE=s3 needs S3_BUCKET_NAME',
    'S3_REGION is required without S3_ENDPOINT',
    'S3_ACCESS_KEY_ID and S3_SECRET_ACCESS_KEY are set both or neither',
  ])
  assert.deepEqual(mistakesOf({ B2_BUCKET: 'outputs' }), ['B2_REGION', 'B2_KEY_ID', 'B2_APPLICATION_KEY'].map((name) => `the storage at Backblaze needs ${name}`))
  assert.deepEqual(mistakesOf({ S3_ENDPOINT: 'http://minio:9000', B2_KEY_ID: 'id' }), ['S3_ENDPOINT is set without S3_BUCKET_NAME', 'B2_KEY_ID is set without B2_BUCKET'])
  assert.equal(mistakesOf({ ...B2, B2_REGION: 'west' }).length, 1)
})
