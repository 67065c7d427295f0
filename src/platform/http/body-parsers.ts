import { Transform, type Readable } from 'node:stream'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { parseJsonBody } from './json-body.ts'
import { BodyTooLarge, RequestInvalid, UnsupportedMediaType } from './errors.ts'

const JSON_ONLY = ['application/json']

/** From here on this instance reads JSON bodies and nothing else. */
export function acceptJson(app: FastifyInstance): void {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body: Buffer, done) => {
    try {
      done(null, readJson(request, body))
    } catch (error) {
      done(error as Error)
    }
  })
}

/** From here on this instance hands over whole bodies of the given types, up to the route's limit. */
export function acceptBuffer(app: FastifyInstance, mediaTypes: readonly string[]): void {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser([...mediaTypes], { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
}

/** From here on this instance hands over bodies of the given types as they arrive, up to the limit. */
export function acceptStream(app: FastifyInstance, mediaTypes: readonly string[], bytesMax: number): void {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser([...mediaTypes], (request, payload, done) => {
    if (Number(request.headers['content-length']) > bytesMax) return done(new BodyTooLarge({ bytesMax }))
    done(null, limited(payload, bytesMax))
  })
}

function readJson(request: FastifyRequest, body: Buffer): unknown {
  const encoding = request.headers['content-encoding']
  if (encoding !== undefined && encoding !== 'identity') throw new UnsupportedMediaType({ accepted: JSON_ONLY })
  const own = request.routeOptions.config.own
  if (own?.kind !== 'raw' && own?.body !== undefined) return parseJsonBody(body)
  // Clients label even an absent body as JSON, and some send an empty object.
  if (body.length === 0) return undefined
  const value = parseJsonBody(body)
  if (value !== null && typeof value === 'object' && Object.keys(value).length === 0) return undefined
  throw new RequestInvalid({ mistakes: [{ path: '', message: 'No body is accepted here' }] })
}

function limited(source: Readable, bytesMax: number): Readable {
  let bytes = 0
  const counter = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length
      if (bytes > bytesMax) done(new BodyTooLarge({ bytesMax }))
      else done(null, chunk)
    },
  })
  // Told to whoever reads. Nobody may be reading yet: one who waits for a place and leaves must not end the process.
  counter.on('error', () => undefined)
  source.once('error', (error) => counter.destroy(error))
  counter.once('close', () => source.unpipe(counter).resume())
  return source.pipe(counter)
}
