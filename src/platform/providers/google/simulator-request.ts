import type { VideoModel } from '../capabilities.ts'
import { findModel } from '../capabilities.ts'
import type { VideoCall } from '../port.ts'
import { OMNI_MODELS, refuseOmni, refuseVeo } from './models.ts'
import { badField, refusal } from './simulator-refusals.ts'

export interface VideoRequest {
  readonly kind: 'interaction' | 'operation'
  readonly model: string
  readonly prompt: string
  readonly ratio: string
  readonly resolution: string
  readonly seconds: number
  readonly audio: boolean
  /** How the result comes: as an address, inside the answer, or in a bucket. */
  readonly delivery: 'uri' | 'inline' | { readonly bucket: string }
  /** The colour of the pictures that it is made from. */
  readonly tint?: string
}

/** A request with its pictures, which are looked at and not kept. */
export interface AskedVideo {
  readonly asked: VideoRequest
  readonly pictures: readonly string[]
}

type Fields = Readonly<Record<string, unknown>>

const INTERACTION = ['model', 'input', 'response_format', 'background', 'stream', 'store', 'previous_interaction_id', 'labels', 'service_tier', 'safety_settings', 'webhook_config']
const FORMAT = ['type', 'aspect_ratio', 'resolution', 'duration', 'delivery', 'gcs_uri']

/** Checks an interaction the way the vendor does. Throws its refusal. */
export function readInteractionRequest(fields: Fields): AskedVideo {
  refuseUnknown(fields, INTERACTION)
  const model = textOf(fields['model'], 'model')
  if (findModel(OMNI_MODELS, model) === undefined) throw refusal(404, `models/${model} is not found for API version v1beta, or is no longer available.`)
  const { prompt, images } = readInput(fields['input'])
  const format = (fields['response_format'] ?? {}) as Fields
  refuseUnknown(format, FORMAT, 'response_format.')
  if (format['type'] !== 'video') throw badField('response_format.type', 'This model answers with video.')
  if (fields['background'] === true && fields['store'] === false) throw badField('store', 'A background interaction has to be stored.')
  if (fields['background'] === true && fields['stream'] === true) throw badField('stream', 'A background interaction cannot be streamed.')
  const duration = format['duration'] === undefined ? '8s' : textOf(format['duration'], 'response_format.duration')
  const seconds = /^(\d{1,3})s$/.exec(duration)?.[1]
  if (seconds === undefined) throw badField('response_format.duration', 'The duration is not like "8s".')
  const request = { ratio: orElse(format['aspect_ratio'], '16:9'), resolution: orElse(format['resolution'], '720p'), seconds: Number(seconds) }
  const refused = refuseOmni({ ...callOf({ model, prompt, ...request }), referenceImages: images })
  if (refused !== null) throw badField(`response_format.${refused.field}`, refused.message)
  return { asked: { kind: 'interaction', model, prompt, ...request, audio: true, delivery: format['delivery'] === 'uri' ? 'uri' : 'inline' }, pictures: images.filter((image) => !image.endsWith(NOT_HERE)) }
}

/** Stands in for a picture that came as an address: a simulator fetches nothing. */
const NOT_HERE = 'AAAA'

/** Words, or a list of parts with at least one of words. */
function readInput(input: unknown): { prompt: string; images: string[] } {
  if (typeof input === 'string' && input !== '') return { prompt: input, images: [] }
  const parts = objectsOf(input)
  if (parts === null) throw badField('input', 'The input is missing.')
  const prompt = parts.filter(({ type }) => type === 'text').map(({ text }) => String(text)).join('\n')
  if (prompt === '') throw badField('input', 'The input has no text.')
  const odd = parts.find(({ type, data, uri, mime_type: mime }) => type !== 'text' && (typeof mime !== 'string' || (typeof data !== 'string' && typeof uri !== 'string')))
  if (odd !== undefined) throw badField('input', 'A part has neither data nor uri, or no mime_type.')
  return { prompt, images: parts.filter(({ type }) => type === 'image').map(({ mime_type: mime, data }) => `data:${String(mime)};base64,${typeof data === 'string' ? data : NOT_HERE}`) }
}

const INSTANCE = ['prompt', 'image', 'lastFrame', 'referenceImages', 'video']
const PARAMETERS = ['aspectRatio', 'resolution', 'durationSeconds', 'sampleCount', 'negativePrompt', 'personGeneration', 'seed', 'generateAudio', 'enhancePrompt', 'storageUri']
const VERTEX_ONLY = ['generateAudio', 'enhancePrompt', 'storageUri', 'seed']

/** The same for a long-running prediction, in the dialect of its host. */
export function readOperationRequest(model: string, fields: Fields, host: 'gemini' | 'vertex', models: readonly VideoModel[]): AskedVideo {
  const known = findModel(models, model)
  if (known === undefined) throw refusal(404, `Publisher model ${model} was not found, or is no longer available.`)
  const [instance] = objectsOf(fields['instances']) ?? []
  const parameters = (fields['parameters'] ?? {}) as Fields
  if (instance === undefined) throw badField('instances', 'There is no instance.')
  refuseUnknown(instance, INSTANCE, 'instances[0].')
  refuseUnknown(parameters, host === 'vertex' ? PARAMETERS : PARAMETERS.filter((name) => !VERTEX_ONLY.includes(name)), 'parameters.')
  const prompt = textOf(instance['prompt'], 'instances[0].prompt')
  const seconds = parameters['durationSeconds'] ?? 8
  if (typeof seconds !== 'number') throw badField('parameters.durationSeconds', 'durationSeconds is not a number.')
  const request = { ratio: orElse(parameters['aspectRatio'], '16:9'), resolution: orElse(parameters['resolution'], '720p'), seconds }
  const given = picturesOf(instance)
  const refused = refuseVeo(models, { ...callOf({ model, prompt, ...request }), ...given })
  if (refused !== null) throw badField(`parameters.${refused.field}`, refused.message)
  const { storageUri, generateAudio: audio = true } = parameters
  if (typeof audio !== 'boolean') throw badField('parameters.generateAudio', 'generateAudio is not true or false.')
  const delivery = typeof storageUri === 'string' ? { bucket: storageUri.replace(/\/+$/, '') } : host === 'vertex' ? 'inline' : 'uri'
  const pictures = [given.firstFrame, given.lastFrame, ...(given.referenceImages ?? [])].filter((picture) => picture !== undefined)
  return { asked: { kind: 'operation', model, prompt, ...request, audio, delivery }, pictures }
}

/** Pictures as the port names them, so that one set of rules holds for both sides. */
function picturesOf(instance: Fields): Partial<VideoCall> {
  const address = (picture: unknown, field: string): string => {
    const { bytesBase64Encoded, mimeType } = (picture ?? {}) as Fields
    if (typeof bytesBase64Encoded !== 'string' || typeof mimeType !== 'string') throw badField(`instances[0].${field}`, 'The picture has no bytes or no type.')
    return `data:${mimeType};base64,${bytesBase64Encoded}`
  }
  const references = objectsOf(instance['referenceImages'] ?? [])
  if (references === null) throw badField('instances[0].referenceImages', 'The pictures are no list of objects.')
  return {
    ...(instance['image'] === undefined ? {} : { firstFrame: address(instance['image'], 'image') }),
    ...(instance['lastFrame'] === undefined ? {} : { lastFrame: address(instance['lastFrame'], 'lastFrame') }),
    ...(references.length === 0 ? {} : { referenceImages: references.map(({ image }) => address(image, 'referenceImages')) }),
  }
}

function callOf({ model, prompt, ratio, resolution, seconds }: { model: string; prompt: string; ratio: string; resolution: string; seconds: number }): VideoCall {
  return { providerModel: model, prompt, ratio, resolution, durationSeconds: seconds, clientReference: '', requestId: '', callNumber: 1 }
}

function refuseUnknown(fields: Fields, known: readonly string[], within = ''): void {
  const unknown = Object.keys(fields).find((name) => !known.includes(name))
  if (unknown !== undefined) throw badField(within + unknown, `Invalid JSON payload received. Unknown name "${unknown}": Cannot find field.`)
}

/** Null for anything but a list of objects. */
function objectsOf(value: unknown): readonly Fields[] | null {
  return Array.isArray(value) && value.every((item) => typeof item === 'object' && item !== null) ? (value as readonly Fields[]) : null
}

function textOf(value: unknown, field: string): string {
  if (typeof value === 'string' && value !== '') return value
  throw badField(field, `${field} is missing.`)
}

function orElse(value: unknown, fallback: string): string {
  return typeof value === 'string' ? value : fallback
}
