import type { ImageCall, VideoCall } from './port.ts'

/** A dated model of a vendor: data, because vendors change their lists by the month. */
export interface ModelLife {
  /** The vendor's dated id, as it is sent. */
  readonly id: string
  /** Other ids that the vendor takes for the same model. */
  readonly aliases?: readonly string[] | undefined
  /** When the vendor stops it, as an ISO date or instant; null when nothing was announced. */
  readonly shutdownAt: string | null
  /** The vendor's successor to it, when it named one. */
  readonly replacement: string | null
}

/** What one image model takes. A list that is empty: the field is not accepted. */
export interface ImageModel extends ModelLife {
  readonly kind: 'image'
  /** Named sizes: `2K`, `1024x1024`, `auto`. */
  readonly presets: readonly string[]
  /** Exact sizes; null where only presets are taken. */
  readonly pixels: PixelLimits | null
  readonly outputFormats: readonly string[]
  readonly qualities: readonly string[]
  readonly backgrounds: readonly string[]
  /** The output formats that take `outputCompression`; none when left out. */
  readonly compressedFormats?: readonly string[] | undefined
  readonly referenceImagesMax: number
  /** The most of one call; 1 where each image is a call of its own. */
  readonly imagesMax: number
  /** References and outputs of one call together; null where there is no such limit. */
  readonly imagesTogetherMax: number | null
  readonly seed: boolean
  readonly negativePrompt: boolean
  readonly promptCharactersMax: number | null
  /** What the vendor counts in its answers, to settle by. */
  readonly usage: readonly ('images' | 'tokens')[]
}

export interface PixelLimits {
  readonly min: number
  readonly max: number
  /** The longer side by the shorter. */
  readonly ratioMax: number
  /** Both sides are multiples of it. */
  readonly step: number
  readonly sideMax: number | null
}

/** What one video model takes. */
export interface VideoModel extends ModelLife {
  readonly kind: 'video'
  readonly resolutions: readonly string[]
  readonly ratios: readonly string[]
  readonly durations: DurationLimits
  readonly framesPerSecond: readonly number[]
  readonly audio: 'never' | 'optional' | 'always'
  readonly watermark: boolean
  readonly seed: boolean
  readonly negativePrompt: boolean
  readonly firstFrame: boolean
  /** Only together with a first frame. */
  readonly lastFrame: boolean
  readonly referenceImagesMax: number
  readonly callbacks: boolean
  readonly cancellation: Cancellation
  readonly promptCharactersMax: number | null
  readonly usage: readonly ('seconds' | 'tokens')[]
}

export interface DurationLimits {
  readonly min: number
  readonly max: number
  /** The only ones there are; null where every whole second between is one. */
  readonly only: readonly number[] | null
  /** Resolutions that have only some of them. */
  readonly byResolution?: Readonly<Record<string, readonly number[]>> | undefined
  /** True when -1 lets the model choose. */
  readonly modelMayChoose: boolean
}

/** Until when a task can be stopped, and what is then billed. */
export interface Cancellation {
  readonly until: 'never' | 'started' | 'ended'
  readonly billed: 'nothing' | 'unknown'
}

export interface Refusal {
  /** The name of the field in `ImageCall` or `VideoCall`. */
  readonly field: string
  readonly message: string
}

export function findModel<Model extends ModelLife>(models: readonly Model[], id: string): Model | undefined {
  return models.find((model) => model.id === id || model.aliases?.includes(id) === true)
}

/** The first thing in the call that the model does not take, or null. Pure: nobody is asked. */
export function refuseImage(model: ImageModel, call: ImageCall & { imagesMax?: number | undefined }): Refusal | null {
  const references = call.referenceImages?.length ?? 0
  const images = call.imagesMax ?? 1
  return (
    refusePrompt(call.prompt, model.promptCharactersMax) ??
    (model.presets.includes(call.size) ? null : refuseSize(call.size, model)) ??
    refuseChoice('outputFormat', call.outputFormat, model.outputFormats) ??
    refuseChoice('quality', call.quality, model.qualities) ??
    refuseChoice('background', call.background, model.backgrounds) ??
    refuseIf(call.background === 'transparent' && call.outputFormat === 'jpeg', 'background', 'A JPEG has no transparency.') ??
    refuseCompression(call, model.compressedFormats ?? []) ??
    refuseMissing('seed', call.seed, model.seed) ??
    refuseMissing('negativePrompt', call.negativePrompt, model.negativePrompt) ??
    refuseReferences(call.referenceImages ?? [], model.referenceImagesMax) ??
    refuseIf(images > model.imagesMax, 'imagesMax', `At most ${model.imagesMax} in one call.`) ??
    refuseIf(references + images > (model.imagesTogetherMax ?? Infinity), 'referenceImages', `Reference images and results are at most ${model.imagesTogetherMax} together.`)
  )
}

/** As `refuseImage`, for videos. */
export function refuseVideo(model: VideoModel, call: VideoCall): Refusal | null {
  const references = call.referenceImages ?? []
  const frames = call.firstFrame !== undefined || call.lastFrame !== undefined
  return (
    refusePrompt(call.prompt, model.promptCharactersMax) ??
    refuseChoice('resolution', call.resolution, model.resolutions) ??
    refuseChoice('ratio', call.ratio, model.ratios) ??
    refuseDuration(call.durationSeconds, model.durations) ??
    refuseTogether(call, model.durations) ??
    refuseChoice('framesPerSecond', call.framesPerSecond, model.framesPerSecond) ??
    refuseIf(call.audio === true && model.audio === 'never', 'audio', 'This model makes no sound.') ??
    refuseIf(call.audio === false && model.audio === 'always', 'audio', 'This model always makes sound.') ??
    refuseMissing('watermark', call.watermark === true ? true : undefined, model.watermark) ??
    refuseMissing('seed', call.seed, model.seed) ??
    refuseMissing('negativePrompt', call.negativePrompt, model.negativePrompt) ??
    refuseMissing('firstFrame', call.firstFrame, model.firstFrame) ??
    refuseMissing('lastFrame', call.lastFrame, model.lastFrame) ??
    refuseIf(call.lastFrame !== undefined && call.firstFrame === undefined, 'lastFrame', 'A last frame needs a first one.') ??
    refuseAddress('firstFrame', call.firstFrame) ??
    refuseAddress('lastFrame', call.lastFrame) ??
    refuseReferences(references, model.referenceImagesMax) ??
    refuseIf(frames && references.length > 0, 'referenceImages', 'Reference images exclude a first or last frame.') ??
    refuseMissing('callbackUrl', call.callbackUrl, model.callbacks)
  )
}

function refusePrompt(prompt: string, charactersMax: number | null): Refusal | null {
  if (prompt.trim() === '') return { field: 'prompt', message: 'A prompt is needed.' }
  return refuseIf(Array.from(prompt).length > (charactersMax ?? Infinity), 'prompt', `At most ${charactersMax} characters.`)
}

function refuseSize(size: string, { presets, pixels }: ImageModel): Refusal | null {
  const match = /^(\d{1,5})x(\d{1,5})$/.exec(size)
  if (match === null || pixels === null) return { field: 'size', message: `Not one of ${presets.join(', ')}.` }
  const [width, height] = [Number(match[1]), Number(match[2])]
  const count = width * height
  const longer = Math.max(width, height)
  return (
    refuseIf(count < pixels.min || count > pixels.max, 'size', `Not between ${pixels.min} and ${pixels.max} pixels.`) ??
    refuseIf(longer > pixels.ratioMax * Math.min(width, height), 'size', `The sides are more than ${pixels.ratioMax}:1 apart.`) ??
    refuseIf(width % pixels.step !== 0 || height % pixels.step !== 0, 'size', `The sides are not multiples of ${pixels.step}.`) ??
    refuseIf(longer > (pixels.sideMax ?? Infinity), 'size', `A side is longer than ${pixels.sideMax}.`)
  )
}

function refuseCompression({ outputCompression, outputFormat }: ImageCall, formats: readonly string[]): Refusal | null {
  if (outputCompression === undefined) return null
  const field = 'outputCompression'
  if (!formats.includes(outputFormat ?? '')) return { field, message: formats.length === 0 ? 'This model does not take it.' : `Only with ${formats.join(' or ')}.` }
  return refuseIf(!Number.isInteger(outputCompression) || outputCompression < 0 || outputCompression > 100, field, 'Not a whole number from 0 to 100.')
}

function refuseDuration(seconds: number | undefined, { min, max, only, modelMayChoose }: DurationLimits): Refusal | null {
  if (seconds === undefined || (seconds === -1 && modelMayChoose)) return null
  if (only !== null) return refuseIf(!only.includes(seconds), 'durationSeconds', `Not one of ${only.join(', ')} seconds.`)
  return refuseIf(!Number.isInteger(seconds) || seconds < min || seconds > max, 'durationSeconds', `Not a whole number of ${min} to ${max} seconds.`)
}

function refuseTogether({ durationSeconds: seconds, resolution = '' }: VideoCall, { byResolution = {} }: DurationLimits): Refusal | null {
  const offered = byResolution[resolution]
  return refuseIf(seconds !== undefined && offered?.includes(seconds) === false, 'durationSeconds', `With ${resolution} only ${offered?.join(', ')} seconds.`)
}

function refuseChoice<Value>(field: string, value: Value | undefined, choices: readonly Value[]): Refusal | null {
  if (value === undefined || choices.includes(value)) return null
  return { field, message: choices.length === 0 ? 'This model does not take it.' : `Not one of ${choices.join(', ')}.` }
}

function refuseMissing(field: string, value: unknown, accepted: boolean): Refusal | null {
  return refuseIf(value !== undefined && !accepted, field, 'This model does not take it.')
}

function refuseReferences(references: readonly string[], max: number): Refusal | null {
  const field = 'referenceImages'
  if (references.length > max) return { field, message: max === 0 ? 'This model does not take it.' : `At most ${max}.` }
  return references.map((address) => refuseAddress(field, address)).find((refusal) => refusal !== null) ?? null
}

const ADDRESS = /^(https?:\/\/\S+|data:image\/[a-z+.-]+;base64,[A-Za-z0-9+/=]+)$/

function refuseAddress(field: string, address: string | undefined): Refusal | null {
  return refuseIf(address !== undefined && !ADDRESS.test(address), field, 'Neither a web address nor a picture as a data URL.')
}

function refuseIf(refused: boolean, field: string, message: string): Refusal | null {
  return refused ? { field, message } : null
}
