import type { Readable } from 'node:stream'
import { BodyTooLarge, MalformedMultipart, RequestInvalid, RequestTimeout } from './errors.ts'

export interface OnlyFileOptions {
  /** The name of the one field. */
  readonly field: string
  /** Of the file itself. */
  readonly bytesMax: number
  /** How long nothing may come, 20 s unless told. Whoever reads a form keeps a place, and a line that went dead would keep it for minutes. */
  readonly idleMs?: number
}

/** What a form around one file may take besides it: boundaries, and the headers of the part. */
export const FORM_BYTES_MAX = 64 * 1024
const HEADER_BYTES_MAX = 16 * 1024
const IDLE_MS = 20_000
const LINE = '\r\n'
/** As RFC 2046 has it. */
const BOUNDARY = /^[0-9A-Za-z'()+_,./:=? -]{0,69}[0-9A-Za-z'()+_,./:=?-]$/

/**
 * The file of a form (`multipart/form-data`) that holds one file under one name and nothing else. Its own name and type are not read: both are claims of
 * the sender.
 *
 * Refuses `BodyTooLarge` as soon as too much has come, `RequestTimeout` when nothing comes any more, `MalformedMultipart` for what is no whole form, and `RequestInvalid` by field for one that holds no file,
 * another field, or more than one. The body is consumed or destroyed.
 */
export async function readOnlyFile(contentType: string | undefined, body: Readable, { field, bytesMax, idleMs = IDLE_MS }: OnlyFileOptions): Promise<Buffer> {
  try {
    const delimiter = Buffer.from(`${LINE}--${boundaryOf(contentType)}`)
    const form = await readWhole(body, bytesMax, idleMs)
    const first = openPart(form, delimiter, field)
    if (first.name !== field) throw mistake(first.name, 'This field is not known here')
    const { end, isLast } = findEnd(form, first.start, delimiter)
    if (!isLast) throw refuseSecond(form, end + delimiter.length, field)
    if (end === first.start) throw mistake(field, 'The file is empty')
    if (end - first.start > bytesMax) throw new BodyTooLarge({ bytesMax })
    return form.subarray(first.start, end)
  } finally {
    body.destroy()
  }
}

function boundaryOf(contentType: string | undefined): string {
  const found = /;\s*boundary=(?:"([^"\\]*)"|([^\s;"]+))/i.exec(contentType ?? '')
  const boundary = found?.[1] ?? found?.[2] ?? ''
  if (!BOUNDARY.test(boundary)) throw new MalformedMultipart({ reason: 'The content type names no boundary.' })
  return boundary
}

/** Begins with a line break, as every boundary but the first has one before it. */
async function readWhole(body: Readable, bytesMax: number, idleMs: number): Promise<Buffer> {
  const pieces: Buffer[] = [Buffer.from(LINE)]
  let bytes = 0
  const timer = setTimeout(() => body.destroy(new RequestTimeout({})), idleMs)
  try {
    for await (const piece of body as AsyncIterable<Buffer>) {
      timer.refresh()
      bytes += piece.length
      if (bytes > bytesMax + FORM_BYTES_MAX) throw new BodyTooLarge({ bytesMax })
      pieces.push(piece)
    }
  } finally {
    clearTimeout(timer)
  }
  return Buffer.concat(pieces)
}

interface Part {
  readonly name: string
  /** Where its content begins. */
  readonly start: number
}

function openPart(form: Buffer, delimiter: Buffer, field: string): Part {
  const { end, isLast } = findEnd(form, 0, delimiter)
  if (isLast) throw mistake(field, 'A file is needed')
  return readHeaders(form, end + delimiter.length)
}

function readHeaders(form: Buffer, after: number): Part {
  // The rest of the boundary's line may only be white space, which `findEnd` has seen to.
  const from = form.indexOf(LINE, after)
  const to = form.subarray(0, from + HEADER_BYTES_MAX).indexOf(LINE + LINE, from)
  if (to === -1) throw new MalformedMultipart({ reason: 'The headers of a part do not end.' })
  const headers = form.toString('utf8', from, to).split(LINE)
  const disposition = headers.find((line) => /^content-disposition\s*:\s*form-data\s*;/i.test(line))
  const name = disposition === undefined ? undefined : parameterOf(disposition, 'name')
  if (disposition === undefined || name === undefined) throw new MalformedMultipart({ reason: 'A part does not say which field it is.' })
  const encoded = headers.find((line) => /^content-transfer-encoding\s*:/i.test(line) && !/:\s*(binary|8bit|7bit)\s*$/i.test(line))
  if (encoded !== undefined) throw new MalformedMultipart({ reason: 'The part is encoded; send the bytes of the file as they are.' })
  return { name, start: to + 2 * LINE.length }
}

function parameterOf(disposition: string, parameter: string): string | undefined {
  const found = new RegExp(`;\\s*${parameter}\\s*=\\s*(?:"((?:[^"\\\\]|\\\\.)*)"|([^\\s;"]+))`, 'i').exec(disposition)
  return found?.[1] ?? found?.[2]
}

/** The next boundary: followed by the end of its line, or by the two hyphens of the last one. Part of a longer line it is content. */
function findEnd(form: Buffer, from: number, delimiter: Buffer): { end: number; isLast: boolean } {
  for (let at = form.indexOf(delimiter, from); at !== -1; at = form.indexOf(delimiter, at + 1)) {
    const rest = form.toString('latin1', at + delimiter.length, at + delimiter.length + 128)
    if (rest.startsWith('--')) return { end: at, isLast: true }
    if (/^[ \t]*\r\n/.test(rest)) return { end: at, isLast: false }
  }
  throw new MalformedMultipart({ reason: 'The form breaks off before its last boundary.' })
}

function refuseSecond(form: Buffer, after: number, field: string): Error {
  const { name } = readHeaders(form, after)
  return name === field ? mistake(field, 'Exactly one file is accepted') : mistake(name, 'This field is not known here')
}

function mistake(name: string, message: string): Error {
  const path = `/${name.slice(0, 100).replaceAll('~', '~0').replaceAll('/', '~1').toWellFormed()}`
  return new RequestInvalid({ mistakes: [{ path, message }] })
}
