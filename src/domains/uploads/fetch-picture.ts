import { buffer } from 'node:stream/consumers'
import { FetchFailure, safeFetch, type SafeFetchOptions } from '#platform/safe-fetch'
import { UPLOAD_BYTES_MAX } from './model.ts'

/** How names are looked up, which ports there are besides 443, and which origins are the operator's own. Nothing in production; told by tests. */
export type Network = Pick<SafeFetchOptions, 'lookup' | 'ports' | 'ownOrigins'>

/** For all pictures of a request together: somebody waits for the answer. */
export const FETCH_DEADLINE_MS = 20_000
const IDLE_TIMEOUT_MS = 8_000
/** Some stores send no better type. What the bytes are is looked at when they are here. */
const CONTENT_TYPES = ['image/', 'application/octet-stream', 'binary/octet-stream']

/** The bytes at an address that a person named: a public one, over https alone. Rejects with `FetchFailure`, of which only the class is for the person. */
export async function fetchPicture(address: string, network: Network, signal: AbortSignal): Promise<Buffer> {
  const limits = { bytesMax: UPLOAD_BYTES_MAX, timeoutMs: FETCH_DEADLINE_MS, idleTimeoutMs: IDLE_TIMEOUT_MS, contentTypes: CONTENT_TYPES }
  const { status, body } = await safeFetch(address, { ...network, ...limits, signal })
  if (status >= 200 && status < 300) return buffer(body)
  body.destroy()
  throw new FetchFailure('unreachable', `it answered with status ${status}`)
}
