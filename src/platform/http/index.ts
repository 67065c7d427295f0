/**
 * HTTP: one listener for the API and the web app.
 *
 * Domains declare routes as data. The shell lets in who may enter, refuses input that does not have the
 * declared shape, answers every refusal as one kind of problem document, and writes the OpenAPI document
 * from the same declarations. Nothing internal reaches a client. It knows no domain and no database:
 * what it needs, it is given.
 */
export { openHttpServer, type HttpServer, type HttpServerOptions } from './server.ts'
export { mountHandler, rawRoute, route, sseRoute, type Method, type RequestContext, type Route } from './route.ts'
export { Answer, answer, Bytes, bytes } from './answer.ts'
export { byteRange } from './byte-range.ts'
export { FORM_BYTES_MAX, readOnlyFile } from './only-file.ts'
export { type Access, type Actor, hasRole, type Identify, type Role, roles } from './actor.ts'
export type { EventStream, StreamEvent } from './event-stream.ts'
export type { Problem } from './problem.ts'
export type { ReadinessCheck } from './operations.ts'
export type { WebHandler } from './web-app.ts'
export { CLIENT_ADDRESS_HEADER, readMountedJson } from './mount.ts'
export {
  AuthForbidden,
  AuthRequired,
  BodyTooLarge,
  InvalidIdempotencyKey,
  MalformedMultipart,
  NotFound,
  RequestInvalid,
  ServerUnavailable,
  UnsupportedMediaType,
} from './errors.ts'
