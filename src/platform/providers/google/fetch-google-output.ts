import { Readable } from 'node:stream'
import type { FetchedOutput } from '../port.ts'
import { openOutput, VIDEO_BYTES_MAX } from '../transport/index.ts'
import { vendorFailure } from '../vendor-failure.ts'
import { DOWNLOAD_HOSTS } from './settings.ts'

export interface Download {
  readonly url: URL
  /** The one origin that is trusted with our credentials. */
  readonly origin: string
  readonly simulated: boolean
  readonly headers: Readonly<Record<string, string>>
  readonly signal: AbortSignal
}

/**
 * Opens a file of the account. The credentials go to the given origin only, and redirects are followed
 * among Google's own hosts. An address that answers with a description of the file is asked for its bytes.
 */
export async function fetchGoogleOutput(download: Download): Promise<FetchedOutput> {
  const { url, origin, simulated, headers, signal } = download
  // A simulator may stand elsewhere after a restart.
  const address = simulated ? new URL(url.pathname + url.search, origin) : url
  if (address.origin !== origin) throw vendorFailure('bad_output', `the result is not at ${origin}`)
  const source = { plainOrigin: simulated ? origin : null, headers, signal, bytesMax: VIDEO_BYTES_MAX, redirectHosts: DOWNLOAD_HOSTS }
  const fetched = await openOutput({ ...source, url: address })
  if (!isDescription(fetched, address)) return fetched
  fetched.body.destroy()
  return openOutput({ ...source, url: new URL(`${address.origin}${address.pathname}:download?alt=media`) })
}

function isDescription({ contentType }: FetchedOutput, { pathname, searchParams }: URL): boolean {
  return contentType?.startsWith('application/json') === true && /\/files\/[^/:]+$/.test(pathname) && !searchParams.has('alt')
}

/** Bytes that came inside an answer. */
export function decodedOutput(base64: string, contentType: string | null): FetchedOutput {
  const bytes = Buffer.from(base64, 'base64')
  if (bytes.length === 0) throw vendorFailure('bad_output', 'the video of the answer is not base64')
  return { body: Readable.from([bytes], { objectMode: false }), contentType, contentLength: bytes.length }
}
