import type { Readable } from 'node:stream'
import type { FastifyRequest } from 'fastify'
import { bytes, type Bytes } from './answer.ts'
import { RangeNotSatisfiable } from './errors.ts'

export interface StoredBytes {
  readonly bytes: number
  /** A strong validator without quotes, such as a hash of the content. */
  readonly etag: string
  readonly contentType: string
  readonly headers?: Readonly<Record<string, string>>
  /** Opens the bytes from `start` to `end`, both included. Called only when they are to be sent. */
  open(start: number, end: number): Promise<Readable>
}

/**
 * Answers stored bytes as HTTP asks for them: whole, one range of them (206), nothing when the client
 * has them already (304), and `request.range_not_satisfiable` for a range outside. Several ranges at
 * once are answered with the whole, as the standard allows. The route declares the statuses 206 and 304.
 */
export async function byteRange(request: FastifyRequest, stored: StoredBytes): Promise<Bytes> {
  const { contentType } = stored
  const etag = `"${stored.etag}"`
  const headers = { ...stored.headers, etag, 'accept-ranges': 'bytes' }
  if (matches(request.headers['if-none-match'], etag)) return bytes({ status: 304, body: null, contentType: null, headers })
  const range = requestedRange(request, etag, stored.bytes)
  const [start, end] = range ?? [0, stored.bytes - 1]
  const length = end - start + 1
  const sized = { ...headers, 'content-length': String(length) }
  const body = request.method === 'HEAD' || length === 0 ? null : await stored.open(start, end)
  if (range === null) return bytes({ body, contentType, headers: sized })
  return bytes({ status: 206, body, contentType, headers: { ...sized, 'content-range': `bytes ${start}-${end}/${stored.bytes}` } })
}

function matches(header: string | undefined, etag: string): boolean {
  return header?.split(',').some((item) => ['*', etag, `W/${etag}`].includes(item.trim())) ?? false
}

/** Null for the whole: no range was asked for, the content has changed since, or the request is for several. */
function requestedRange(request: FastifyRequest, etag: string, size: number): [start: number, end: number] | null {
  const condition = request.headers['if-range']
  if (condition !== undefined && condition !== etag) return null
  const parts = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(request.headers.range ?? '')
  const [first, last] = [parts?.[1] ?? '', parts?.[2] ?? '']
  if (parts === null || (first === '' && last === '')) return null
  if (first !== '' && last !== '' && Number(last) < Number(first)) return null
  const start = first === '' ? Math.max(0, size - Number(last)) : Number(first)
  const end = first === '' || last === '' ? size - 1 : Math.min(Number(last), size - 1)
  if (start > end) throw new RangeNotSatisfiable({ bytes: size })
  return [start, end]
}
