import { badParameter, VendorRefusal } from './simulator-refusals.ts'
import { findModel, type SimulatedModel } from './simulator-models.ts'
import { resolveSize, type Size } from './simulator-sizes.ts'

export interface ImageRequest {
  readonly model: string
  readonly prompt: string
  readonly size: Size
  readonly asBytes: boolean
  readonly stream: boolean
  /** More than 1 for a group; the "model" then decides how many it makes. */
  readonly imagesMax: number
  readonly format: 'jpeg' | 'png'
  readonly transparent: boolean
  /** Addresses, of which data URLs are looked at. */
  readonly references: readonly string[]
}

/** Checks a body the way the vendor does, model by model. Throws a `VendorRefusal`. */
export function readImageRequest(body: unknown): ImageRequest {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) throw badParameter('body', 'the body is not a JSON object')
  const fields = body as Record<string, unknown>
  const { id, model } = readModel(fields)
  refuseUnknown(fields, model)
  const prompt = readPrompt(fields)
  const references = readReferences(fields['image'], model)
  return {
    model: id,
    prompt,
    size: resolveSize(fields['size'], prompt, model),
    asBytes: oneOf(fields, 'response_format', ['url', 'b64_json'], 'url') === 'b64_json',
    stream: flag(fields, 'stream'),
    imagesMax: readGroup(fields, references.length),
    references,
    format: oneOf(fields, 'output_format', model.formats, 'jpeg') === 'png' ? 'png' : 'jpeg',
    transparent: oneOf(fields, 'background', ['opaque', 'transparent'], 'opaque') === 'transparent',
  }
}

function readModel(fields: Record<string, unknown>): { id: string; model: SimulatedModel } {
  const id = fields['model']
  if (typeof id !== 'string' || id === '') throw missing('model')
  const model = findModel(id)
  if (model === undefined) {
    throw new VendorRefusal(404, 'InvalidEndpointOrModel.NotFound', { message: 'The model or endpoint does not exist or you do not have access to it' })
  }
  return { id, model }
}

function refuseUnknown(fields: Record<string, unknown>, model: SimulatedModel): void {
  const unknown = Object.keys(fields).find((name) => !model.fields.includes(name) && !isSwitchedOff(name, fields[name]))
  if (unknown === undefined) return
  throw new VendorRefusal(400, 'InvalidParameter.UnsupportedParameter', { message: `${unknown} is not supported by this model`, param: unknown })
}

/** A model without groups takes the word that switches them off. */
function isSwitchedOff(name: string, value: unknown): boolean {
  return (name === 'sequential_image_generation' && value === 'disabled') || (name === 'stream' && value === false)
}

function readPrompt(fields: Record<string, unknown>): string {
  const prompt = fields['prompt']
  if (prompt === undefined || prompt === '') throw missing('prompt')
  if (typeof prompt !== 'string') throw badParameter('prompt', 'prompt is not a string')
  flag(fields, 'watermark')
  return prompt
}

/** References are counted and looked at from the outside here. */
function readReferences(image: unknown, model: SimulatedModel): readonly string[] {
  const images: readonly unknown[] = image === undefined ? [] : Array.isArray(image) ? image : [image]
  if (images.length > model.referencesMax) throw badParameter('image', `at most ${model.referencesMax} reference images`)
  for (const reference of images) {
    if (typeof reference === 'string' && /^(https?:\/\/|data:image\/[a-z]+;base64,)/.test(reference)) continue
    throw new VendorRefusal(400, 'InvalidImageURL.InvalidFormat', { message: 'image is neither a URL nor a data URL', param: 'image' })
  }
  return images as readonly string[]
}

const TOGETHER_MAX = 15

function readGroup(fields: Record<string, unknown>, references: number): number {
  if (oneOf(fields, 'sequential_image_generation', ['disabled', 'auto'], 'disabled') === 'disabled') return 1
  const options: unknown = fields['sequential_image_generation_options'] ?? {}
  const wanted: unknown = (options as { max_images?: unknown }).max_images ?? TOGETHER_MAX
  if (typeof wanted !== 'number' || !Number.isInteger(wanted) || wanted < 1 || wanted > TOGETHER_MAX) {
    throw badParameter('sequential_image_generation_options.max_images', `max_images is not a whole number from 1 to ${TOGETHER_MAX}`)
  }
  return Math.max(1, Math.min(wanted, TOGETHER_MAX - references))
}

function oneOf(fields: Record<string, unknown>, name: string, values: readonly string[], fallback: string): string {
  const value = fields[name] ?? fallback
  if (typeof value === 'string' && values.includes(value)) return value
  throw badParameter(name, `${name} is not one of ${values.join(', ')}`)
}

function flag(fields: Record<string, unknown>, name: string): boolean {
  const value = fields[name] ?? false
  if (typeof value !== 'boolean') throw badParameter(name, `${name} is not true or false`)
  return value
}

function missing(param: string): VendorRefusal {
  return new VendorRefusal(400, 'MissingParameter', { message: `${param} is required`, param })
}
