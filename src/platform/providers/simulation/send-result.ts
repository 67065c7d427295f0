import type { ServerResponse } from 'node:http'
import type { Directives } from './directives.ts'

const FIVE_GIGABYTES = 5 * 1024 ** 3
/** Where clouds keep the credentials of a machine. */
const PRIVATE_ADDRESS = 'http://169.254.169.254/latest/meta-data/'
const PAGE = '<!doctype html><title>Not a video</title><p>This is a web page that calls itself a video.</p>'

/**
 * Sends the bytes of a result, or what a hostile or careless vendor would send in their place.
 */
export async function sendResult(response: ServerResponse, directives: Directives, honest: () => Promise<{ contentType: string; bytes: Buffer }>): Promise<void> {
  if (directives.has('expired-url')) return void response.writeHead(404, { 'content-type': 'application/json' }).end('{"error":{"code":404,"message":"Gone"}}')
  if (directives.has('redirect-private')) return void response.writeHead(302, { location: PRIVATE_ADDRESS }).end()
  if (directives.has('too-large')) {
    response.writeHead(200, { 'content-type': 'video/mp4', 'content-length': FIVE_GIGABYTES })
    return void response.write(Buffer.alloc(64 * 1024))
  }
  if (directives.has('bad-asset')) return void response.writeHead(200, { 'content-type': 'video/mp4', 'content-length': PAGE.length }).end(PAGE)
  const { contentType, bytes } = await honest()
  response.writeHead(200, { 'content-type': contentType, 'content-length': bytes.length }).end(bytes)
}
