import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, request as requestHttp, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { startFauxqs } from 'fauxqs'

/** What goes wrong with one request. */
export type S3Fault =
  | { readonly cutRequestAfterBytes: number }
  | { readonly cutAnswerAfterBytes: number }
  | { readonly status: number; readonly code: string }
  /** Nothing is answered, and nothing more is read. */
  | { readonly stall: true }

export interface S3Request {
  readonly method: string
  readonly path: string
  readonly query: URLSearchParams
  readonly headers: IncomingMessage['headers']
}

export interface S3Emulator {
  readonly endpoint: string
  /** Everything that was asked so far. */
  readonly requests: S3Request[]
  /** Uploads in parts that were begun and neither finished nor taken back, with when they began. */
  readonly uploads: Map<string, { path: string; initiated: Date }>
  /** Versions of each object's path, the newest last. Kept only where the emulator keeps versions. */
  readonly versions: Map<string, string[]>
  /** Decides which requests meet a fault. */
  fault: (request: S3Request) => S3Fault | undefined
  newBucket(): string
  stop(): Promise<void>
}

/**
 * An S3 server in this process, with a door before it that records, breaks things when told to, and adds what the
 * server lacks: the list of unfinished uploads and, as at Backblaze, versions and the refusal of checksum headers.
 */
export async function startS3Emulator({ backblaze = false } = {}): Promise<S3Emulator> {
  const store = await startFauxqs({ port: 0, host: '127.0.0.1', logger: false })
  const door = createServer((request, response) => {
    const { socket } = request
    pass(request, response).catch(() => socket.destroy())
  })
  door.listen(0, '127.0.0.1')
  await once(door, 'listening')

  const emulator: S3Emulator = {
    endpoint: `http://127.0.0.1:${(door.address() as AddressInfo).port}`,
    requests: [],
    uploads: new Map(),
    versions: new Map(),
    fault: () => undefined,
    newBucket: () => store.createBucket(`b-${randomUUID()}`).bucketName,
    stop: async () => {
      door.closeAllConnections()
      door.close()
      await store.stop()
    },
  }

  async function pass(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const asked = readRequest(request)
    emulator.requests.push(asked)
    const fault = emulator.fault(asked) ?? (backblaze ? refuseLikeBackblaze(asked) : undefined)
    if (fault !== undefined && 'status' in fault) return refuse(request, response, fault)
    if (fault !== undefined && 'stall' in fault) return
    if (fault !== undefined && 'cutRequestAfterBytes' in fault) return cut(request, fault.cutRequestAfterBytes)
    if (asked.method === 'GET' && asked.query.has('uploads')) return void response.end(listUploads(emulator, asked))
    if (asked.method === 'GET' && asked.query.has('versions')) return void response.end(listVersions(emulator, asked))
    if (backblaze && asked.method === 'DELETE' && !asked.query.has('uploadId')) {
      const left = (emulator.versions.get(asked.path) ?? []).filter((id) => id !== asked.query.get('versionId'))
      if (!asked.query.has('versionId')) left.push('hidden')
      emulator.versions.set(asked.path, left)
    }
    await forward(request, response, asked, fault?.cutAnswerAfterBytes ?? Infinity)
  }

  async function forward(request: IncomingMessage, response: ServerResponse, asked: S3Request, bytesMax: number): Promise<void> {
    const upstream = requestHttp({ host: '127.0.0.1', port: store.port, method: request.method, path: request.url, headers: request.headers })
    request.pipe(upstream)
    const [answer] = (await once(upstream, 'response')) as [IncomingMessage]
    if (asked.method === 'POST' && asked.query.has('uploads')) {
      const body = await text(answer)
      emulator.uploads.set(/<UploadId>([^<]+)/.exec(body)?.[1] ?? '', { path: asked.path, initiated: new Date() })
      return void response.writeHead(answer.statusCode ?? 500, { 'content-type': 'application/xml' }).end(body)
    }
    const done = answer.statusCode !== undefined && answer.statusCode < 300
    if (done && ['POST', 'DELETE'].includes(asked.method)) emulator.uploads.delete(asked.query.get('uploadId') ?? '')
    const makesVersion = (asked.method === 'PUT' && !asked.query.has('uploadId')) || (asked.method === 'POST' && asked.query.has('uploadId'))
    if (done && makesVersion) emulator.versions.set(asked.path, [...(emulator.versions.get(asked.path) ?? []), randomUUID()])
    response.writeHead(answer.statusCode ?? 500, { ...answer.headers, ...wishedHeaders(asked) })
    let bytes = 0
    for await (const chunk of answer as AsyncIterable<Buffer>) {
      response.write(chunk.subarray(0, bytesMax - bytes))
      bytes += chunk.length
      if (bytes >= bytesMax) return void response.socket?.end(() => response.destroy())
    }
    response.end()
  }

  return emulator
}

function readRequest(request: IncomingMessage): S3Request {
  const url = new URL(request.url ?? '/', 'http://emulator')
  return { method: request.method ?? '', path: decodeURIComponent(url.pathname), query: url.searchParams, headers: request.headers }
}

/** What a presigned address wishes the answer to say. The server behind ignores it. */
function wishedHeaders({ query }: S3Request): Record<string, string> {
  const wishes = [...query].filter(([name]) => name.startsWith('response-'))
  return Object.fromEntries(wishes.map(([name, value]) => [name.slice('response-'.length), value]))
}

/** "Unsupported header 'x-amz-checksum-crc32' received for this API call." */
function refuseLikeBackblaze({ method, query, headers }: S3Request): S3Fault | undefined {
  const names = [...Object.keys(headers), ...query.keys()]
  const refused = names.some((name) => /^x-amz-(sdk-)?checksum/.test(name)) || (method === 'POST' && query.has('delete'))
  return refused ? { status: 400, code: 'InvalidArgument' } : undefined
}

async function refuse(request: IncomingMessage, response: ServerResponse, { status, code }: { status: number; code: string }): Promise<void> {
  for await (const _ of request); // A client that is still sending would see a broken pipe in place of the answer.
  response.writeHead(status, { 'content-type': 'application/xml' })
  response.end(request.method === 'HEAD' ? undefined : `<?xml version="1.0"?><Error><Code>${code}</Code><Message>as told</Message></Error>`)
}

async function cut(request: IncomingMessage, afterBytes: number): Promise<void> {
  const { socket } = request
  let bytes = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length
    if (bytes >= afterBytes) break
  }
  socket.destroy()
}

function listUploads({ uploads }: S3Emulator, { path }: S3Request): string {
  const bucket = path.replace(/\/+$/, '')
  const mine = [...uploads].filter(([, upload]) => upload.path.startsWith(`${bucket}/`))
  const rows = mine.map(([id, upload]) => {
    const key = upload.path.slice(bucket.length + 1)
    return `<Upload><Key>${key}</Key><UploadId>${id}</UploadId><Initiated>${upload.initiated.toISOString()}</Initiated></Upload>`
  })
  return `<?xml version="1.0"?><ListMultipartUploadsResult><IsTruncated>false</IsTruncated>${rows.join('')}</ListMultipartUploadsResult>`
}

function listVersions({ versions }: S3Emulator, { path, query }: S3Request): string {
  const start = `${path.replace(/\/+$/, '')}/`
  const mine = [...versions].filter(([at]) => at.startsWith(start + (query.get('prefix') ?? '')))
  const rows = mine.flatMap(([at, ids]) =>
    ids.map((id) => {
      const tag = id === 'hidden' ? 'DeleteMarker' : 'Version'
      return `<${tag}><Key>${at.slice(start.length)}</Key><VersionId>${id}</VersionId></${tag}>`
    }),
  )
  return `<?xml version="1.0"?><ListVersionsResult><IsTruncated>false</IsTruncated>${rows.join('')}</ListVersionsResult>`
}
