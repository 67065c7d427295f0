import { badParameter, VendorRefusal } from './simulator-refusals.ts'
import { pixelsOf, RATIOS, VIDEO_MODELS, type SimulatedVideoModel } from './simulator-video-models.ts'
import type { Size } from './simulator-sizes.ts'

export interface VideoRequest {
  readonly model: string
  readonly prompt: string
  readonly resolution: string
  readonly ratio: string
  readonly size: Size
  /** -1 lets the "model" choose. */
  readonly seconds: number
  readonly audio: boolean | null
  readonly seed: number | null
  readonly lastFrame: boolean
  readonly expiresAfterSeconds: number
  readonly priority: number
  readonly safetyIdentifier: string | null
  readonly callbackUrl: string | null
  /** A rule of 2.5 that the vendor notices only while it works. */
  readonly breaksConstraint: boolean
  /** The colour of the pictures that it is made from; the pictures themselves are not kept. */
  readonly tint?: string
}

type Fields = Readonly<Record<string, unknown>>

/** Checks a body the way the vendor does, model by model. Throws a `VendorRefusal`. */
export function readVideoRequest(body: unknown): VideoRequest {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) throw badParameter('body', 'the body is not a JSON object')
  const asked = body as Fields
  const model = readModel(asked)
  refuseUnknown(asked, model)
  const { prompt, firstFrame, references } = readContent(asked['content'], model)
  const fields = { ...asked, ...flagsIn(prompt) }
  const resolution = oneOf(fields, 'resolution', model.resolutions, model.family === 2 ? '720p' : '1080p')
  const wanted = oneOf(fields, 'ratio', RATIOS, 'adaptive')
  const ratio = wanted === 'adaptive' ? '16:9' : wanted
  if (references > model.referencesMax) throw badParameter('content', `at most ${model.referencesMax} reference images`)
  return {
    model: model.id,
    prompt,
    resolution,
    ratio,
    size: pixelsOf(model, resolution, ratio),
    seconds: readSeconds(fields, model),
    audio: model.family === 2 ? flag(fields, 'generate_audio', true) : null,
    seed: model.family === 1 ? wholeNumber(fields, 'seed', { min: -1, max: 2 ** 31 - 1, fallback: -1 }) : null,
    lastFrame: flag(fields, 'return_last_frame', false),
    expiresAfterSeconds: wholeNumber(fields, 'execution_expires_after', { min: 3600, max: 259_200, fallback: 172_800 }),
    priority: wholeNumber(fields, 'priority', { min: 0, max: 9, fallback: 0 }),
    safetyIdentifier: text(fields, 'safety_identifier', 64),
    callbackUrl: text(fields, 'callback_url', 2048),
    breaksConstraint: model.id.startsWith('dreamina-seedance-2-5') && firstFrame && wanted !== 'adaptive',
  }
}

function readModel(fields: Fields): SimulatedVideoModel {
  const id = fields['model']
  if (typeof id !== 'string' || id === '') throw new VendorRefusal(400, 'MissingParameter', { message: 'model is required', param: 'model' })
  const model = VIDEO_MODELS.find((each) => each.id === id)
  if (model !== undefined) return model
  throw new VendorRefusal(404, 'InvalidEndpointOrModel.NotFound', { message: 'The model or endpoint does not exist or you do not have access to it' })
}

function refuseUnknown(fields: Fields, model: SimulatedVideoModel): void {
  const unknown = Object.keys(fields).find((name) => !model.fields.includes(name))
  if (unknown === undefined) return
  throw new VendorRefusal(400, 'InvalidParameter.UnsupportedParameter', { message: `${unknown} is not supported by this model`, param: unknown })
}

const ROLES = ['first_frame', 'last_frame', 'reference_image']

function readContent(content: unknown, model: SimulatedVideoModel): { prompt: string; firstFrame: boolean; references: number } {
  if (!Array.isArray(content) || content.length === 0) throw new VendorRefusal(400, 'MissingParameter', { message: 'content is required', param: 'content' })
  if (content.some((item) => typeof item !== 'object' || item === null)) throw badParameter('content', 'an item of content is not a JSON object')
  const items = content as readonly Fields[]
  const prompt = items.filter(({ type }) => type === 'text').map(({ text: words }) => String(words)).join(' ')
  const roles = items.filter(({ type }) => type !== 'text').map(readImage)
  const count = (role: string): number => roles.filter((each) => each === role).length
  const [first, last, references] = [count('first_frame'), count('last_frame'), count('reference_image')]
  if (first > 1 || last > 1 || last > first) throw badParameter('content', 'a last frame needs one first frame')
  if (last > 0 && !model.lastFrame) throw badParameter('content', 'last_frame is not supported by this model')
  if (first > 0 && references > 0) throw new VendorRefusal(400, 'InvalidParameter.TaskTypeConstraint', { message: 'frames and reference images exclude one another', param: 'content' })
  return { prompt, firstFrame: first > 0, references }
}

/** Pictures are looked at from the outside here. */
function readImage({ type, image_url, role }: Fields): string {
  if (type !== 'image_url') throw badParameter('content', `content of type ${String(type)} is not simulated`)
  const { url } = (image_url ?? {}) as { url?: unknown }
  if (typeof url !== 'string' || !/^(https?:\/\/|asset:\/\/|data:image\/[a-z]+;base64,)/.test(url)) {
    throw new VendorRefusal(400, 'InvalidImageURL.InvalidFormat', { message: 'image_url is neither a URL nor a data URL', param: 'content' })
  }
  const named = role ?? 'first_frame'
  if (typeof named === 'string' && ROLES.includes(named)) return named
  throw badParameter('content', `role is not one of ${ROLES.join(', ')}`)
}

/** The old way of giving parameters, within the text. It wins here, because it may at the vendor. */
function flagsIn(prompt: string): Fields {
  const found = (names: string): string | undefined => new RegExp(`(?:^|\\s)--(?:${names})\\s+(\\S+)`).exec(prompt)?.[1]
  const [resolution, ratio, duration] = [found('resolution|rs'), found('ratio|rt'), found('duration|dur')]
  return {
    ...(resolution === undefined ? {} : { resolution }),
    ...(ratio === undefined ? {} : { ratio }),
    ...(duration === undefined ? {} : { duration: Number(duration) }),
  }
}

function readSeconds(fields: Fields, { family, secondsMin, secondsMax }: SimulatedVideoModel): number {
  const seconds = fields['duration'] ?? 5
  if (seconds === -1 && family === 2) return -1
  return wholeNumber({ duration: seconds }, 'duration', { min: secondsMin, max: secondsMax, fallback: 5 })
}

function oneOf(fields: Fields, name: string, values: readonly string[], fallback: string): string {
  const value = fields[name] ?? fallback
  if (typeof value === 'string' && values.includes(value)) return value
  throw badParameter(name, `${name} is not one of ${values.join(', ')}`)
}

function flag(fields: Fields, name: string, fallback: boolean): boolean {
  const value = fields[name] ?? fallback
  if (typeof value !== 'boolean') throw badParameter(name, `${name} is not true or false`)
  return value
}

function wholeNumber(fields: Fields, name: string, { min, max, fallback }: { min: number; max: number; fallback: number }): number {
  const value = fields[name] ?? fallback
  if (typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max) return value
  throw badParameter(name, `${name} is not a whole number from ${min} to ${max}`)
}

function text(fields: Fields, name: string, charactersMax: number): string | null {
  const value = fields[name] ?? null
  if (value === null || (typeof value === 'string' && Array.from(value).length <= charactersMax)) return value
  throw badParameter(name, `${name} is not a text of at most ${charactersMax} characters`)
}
