import type { Readable } from 'node:stream'

/** An answer that chooses more than its body: another declared status, or headers such as `Location`. */
export class Answer<Body> {
  readonly status: number | undefined
  readonly body: Body
  readonly headers: Readonly<Record<string, string>>

  constructor(fields: { status?: number; body: Body; headers?: Readonly<Record<string, string>> }) {
    this.status = fields.status
    this.body = fields.body
    this.headers = fields.headers ?? {}
  }
}

/** Answers `body` with another of the route's declared statuses, or with headers. */
export function answer<const Body>(fields: ConstructorParameters<typeof Answer<Body>>[0]): Answer<Body> {
  return new Answer(fields)
}

/** An answer that is not JSON: bytes of some media type, whole or as they come. */
export class Bytes {
  readonly status: number | undefined
  readonly body: BytesBody
  readonly contentType: string | null
  readonly headers: Readonly<Record<string, string>>

  constructor(fields: BytesFields) {
    this.status = fields.status
    this.body = fields.body
    this.contentType = fields.contentType
    this.headers = fields.headers ?? {}
  }
}

export type BytesBody = Buffer | string | Readable | null

export interface BytesFields {
  readonly status?: number
  /** A stream is read to its end or destroyed, whatever happens to the client. */
  readonly body: BytesBody
  /** Null only where there is no body to describe, as in a 304. */
  readonly contentType: string | null
  readonly headers?: Readonly<Record<string, string>>
}

/** Answers bytes of the given media type. */
export function bytes(fields: BytesFields): Bytes {
  return new Bytes(fields)
}
