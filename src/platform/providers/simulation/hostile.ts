import type { ServerResponse } from 'node:http'
import type { Directives } from './directives.ts'

/** What is wrong with a result's bytes. Plain JSON: it travels inside the result's address. */
export type Flaw = 'bad-asset' | 'too-large' | 'redirect-private' | 'pixel-flood'

const FLAWS: readonly Flaw[] = ['bad-asset', 'too-large', 'redirect-private', 'pixel-flood']
const FIVE_GIGABYTES = 5 * 1024 ** 3
/** Where clouds keep the credentials of a machine. */
const PRIVATE_ADDRESS = 'http://169.254.169.254/latest/meta-data/'
const PAGE = '<!doctype html><title>Not a result</title><p>This is a web page that calls itself a result.</p>'
/** A PNG of 67 bytes that claims 60 000 by 60 000 pixels. */
const FLOOD = Buffer.from('89504e470d0a1a0a0000000d494844520000ea600000ea60080600000080d275420000000c49444154789c6360a00c000000400001b7347cef0000000049454e44ae426082', 'hex')

export function flawOf(directives: Directives): Flaw | null {
  return FLAWS.find((flaw) => directives.has(flaw)) ?? null
}

/** Sends what a hostile or careless vendor would send in place of a result. */
export function sendFlawed(response: ServerResponse, flaw: Flaw, contentType: string): void {
  if (flaw === 'redirect-private') return void response.writeHead(302, { location: PRIVATE_ADDRESS }).end()
  if (flaw === 'too-large') {
    response.writeHead(200, { 'content-type': contentType, 'content-length': FIVE_GIGABYTES })
    return void response.write(Buffer.alloc(64 * 1024))
  }
  const bytes = flawedBytes(flaw)
  response.writeHead(200, { 'content-type': contentType, 'content-length': bytes.length }).end(bytes)
}

/** The bytes of a flaw that lies in the bytes: a flood of pixels in a few of them, or a web page. */
export function flawedBytes(flaw: Flaw): Buffer {
  return flaw === 'pixel-flood' ? FLOOD : Buffer.from(PAGE)
}
