import type { IncomingMessage } from 'node:http'
import { findModel, refuseImage, type ImageModel } from '../capabilities.ts'
import type { PictureFormat } from '../simulation/index.ts'
import { readBody } from '../simulation/index.ts'
import { IMAGE_MODELS } from './models.ts'
import { badParameter, refusal } from './simulator-refusals.ts'

/** Sixteen pictures of almost 50 MB are allowed by the vendor; a simulator is kinder to its machine. */
const BODY_BYTES_MAX = 128 * 1024 * 1024

export interface Fields {
  readonly values: Readonly<Record<string, unknown>>
  readonly files: readonly { readonly name: string; readonly type: string; readonly bytes: Buffer }[]
}

/** The fields of a JSON body or of a form, and which files came with it. */
export async function readFields(request: IncomingMessage): Promise<Fields> {
  const contentType = request.headers['content-type'] ?? ''
  const body = await readBody(request, BODY_BYTES_MAX)
  if (body === null) throw refusal(413, { code: null, message: 'The request body is too large' })
  try {
    return contentType.startsWith('multipart/form-data') ? await readForm(body, contentType) : { values: readObject(body), files: [] }
  } catch {
    throw refusal(400, { code: null, message: 'We could not parse the body of your request.' })
  }
}

function readObject(body: Buffer): Record<string, unknown> {
  const value: unknown = JSON.parse(body.toString())
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new TypeError('not an object')
  return value as Record<string, unknown>
}

async function readForm(body: Buffer, contentType: string): Promise<Fields> {
  const form = await new Response(new Uint8Array(body), { headers: { 'content-type': contentType } }).formData()
  const entries = [...form.entries()]
  const values = entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string')
  const files = await Promise.all(entries.flatMap(([name, value]) => (typeof value === 'string' ? [] : [readFile(name, value)])))
  return { values: Object.fromEntries(values.map(([name, value]) => [name, isNumber(name) ? Number(value) : value])), files }
}

async function readFile(name: string, file: Blob): Promise<Fields['files'][number]> {
  return { name, type: file.type, bytes: Buffer.from(await file.arrayBuffer()) }
}

const NUMBERS = ['n', 'output_compression', 'partial_images']

function isNumber(name: string): boolean {
  return NUMBERS.includes(name)
}

const KNOWN = [
  'model', 'prompt', 'n', 'size', 'quality', 'background', 'output_format', 'output_compression', 'moderation', 'safety_identifier', 'user', 'stream', 'partial_images',
]

export interface ImageRequest {
  readonly model: ImageModel
  readonly prompt: string
  readonly count: number
  readonly width: number
  readonly height: number
  readonly quality: 'low' | 'medium' | 'high'
  readonly background: 'opaque' | 'transparent'
  readonly format: PictureFormat
  readonly compression: number | undefined
  readonly references: readonly Buffer[]
}

/** Checks the fields the way the vendor does. Throws its refusal. */
export function readImageRequest({ values, files }: Fields, kind: 'generations' | 'edits'): ImageRequest {
  const unknown = Object.keys(values).find((name) => !KNOWN.includes(name))
  if (unknown !== undefined) throw badParameter(unknown, `Unknown parameter: '${unknown}'.`, 'unknown_parameter')
  const prompt = values['prompt']
  if (typeof prompt !== 'string' || prompt === '') throw badParameter('prompt', "Missing required parameter: 'prompt'.", 'missing_required_parameter')
  const model = readModel(values['model'])
  const references = readReferences(files, kind)
  refuseByModel(model, values, prompt)
  const [width, height] = sizeOf(values['size'])
  const format = (values['output_format'] ?? 'png') as PictureFormat
  if (values['background'] === 'transparent' && format === 'jpeg') throw badParameter('background', 'Transparent background is not supported for jpeg.')
  return {
    model,
    prompt,
    references,
    count: wholeNumber(values, 'n', 1, 10) ?? 1,
    width,
    height,
    quality: values['quality'] === 'low' ? 'low' : ['high', 'xhigh', 'max'].includes(String(values['quality'])) ? 'high' : 'medium',
    background: values['background'] === 'transparent' ? 'transparent' : 'opaque',
    format,
    compression: wholeNumber(values, 'output_compression', 0, 100),
  }
}

function readModel(id: unknown): ImageModel {
  const model = typeof id === 'string' ? findModel(IMAGE_MODELS, id) : undefined
  if (model !== undefined && !hasEnded(model.shutdownAt)) return model
  throw refusal(404, { code: 'model_not_found', message: `The model '${String(id)}' does not exist or you do not have access to it.`, param: 'model' })
}

function hasEnded(shutdownAt: string | null): boolean {
  return shutdownAt !== null && Date.parse(shutdownAt) <= Date.now()
}

function readReferences(files: Fields['files'], kind: 'generations' | 'edits'): readonly Buffer[] {
  const images = files.filter(({ name }) => name === 'image[]' || name === 'image')
  if (kind === 'generations') return []
  if (images.length === 0) throw badParameter('image', "Missing required parameter: 'image'.", 'missing_required_parameter')
  if (images.length > 16) throw badParameter('image', 'Too many images: at most 16.')
  const odd = images.find(({ type, bytes }) => !['image/png', 'image/jpeg', 'image/webp'].includes(type) || bytes.length === 0 || bytes.length > 50_000_000)
  if (odd !== undefined) throw badParameter('image', `Invalid file: unsupported mimetype ('${odd.type}') or size.`, 'unsupported_file_mimetype')
  return images.map(({ bytes }) => bytes)
}

/** The vendor's limits are those of the capability data, under the vendor's own names. */
function refuseByModel(model: ImageModel, values: Fields['values'], prompt: string): void {
  const text = (name: string): string | undefined => (values[name] === undefined ? undefined : String(values[name]))
  const refused = refuseImage(model, {
    providerModel: model.id,
    prompt,
    size: text('size') ?? 'auto',
    quality: text('quality'),
    background: text('background'),
    outputFormat: text('output_format'),
    index: 0,
    requestId: '',
    callNumber: 1,
  })
  if (refused !== null) throw badParameter(refused.field === 'outputFormat' ? 'output_format' : refused.field, `Invalid value: ${refused.message}`)
}

function sizeOf(size: unknown): [width: number, height: number] {
  const match = /^(\d{1,4})x(\d{1,4})$/.exec(String(size ?? 'auto'))
  return match === null ? [1024, 1024] : [Number(match[1]), Number(match[2])]
}

function wholeNumber(values: Fields['values'], name: string, min: number, max: number): number | undefined {
  const value = values[name]
  if (value === undefined) return undefined
  if (typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max) return value
  throw badParameter(name, `Invalid '${name}': expected a whole number from ${min} to ${max}.`)
}
