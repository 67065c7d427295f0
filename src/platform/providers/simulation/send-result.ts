import type { ServerResponse } from 'node:http'
import type { Directives } from './directives.ts'
import { flawOf, sendFlawed } from './hostile.ts'

/** Sends the bytes of a result, or what a hostile or careless vendor would send in their place. */
export async function sendResult(response: ServerResponse, directives: Directives, honest: () => Promise<{ contentType: string; bytes: Buffer }>): Promise<void> {
  if (directives.has('expired-url')) return void response.writeHead(404, { 'content-type': 'application/json' }).end('{"error":{"code":404,"message":"Gone"}}')
  const flaw = flawOf(directives)
  if (flaw !== null) return sendFlawed(response, flaw, 'video/mp4')
  const { contentType, bytes } = await honest()
  response.writeHead(200, { 'content-type': contentType, 'content-length': bytes.length }).end(bytes)
}
