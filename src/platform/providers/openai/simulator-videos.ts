import { randomBytes } from 'node:crypto'
import { type ClipPlan, type Clips, planClip } from '../clips/index.ts'
import { findModel, refuseVideo } from '../capabilities.ts'
import { type Caller, progressOf, type Run, type Runs } from '../simulation/index.ts'
import { VIDEO_MODELS } from './models.ts'
import { badParameter, refusal } from './simulator-refusals.ts'
import type { Fields } from './simulator-request.ts'

export interface VideoRequest {
  readonly model: string
  readonly prompt: string
  readonly seconds: number
  readonly size: string
  readonly remixOf: string | null
  /** The colour of the picture that it begins with. */
  readonly tint?: string
}

/** Videos are kept for an hour after they are made. */
const KEPT_SECONDS = 60 * 60
const KNOWN = ['model', 'prompt', 'seconds', 'size', 'input_reference']

/** Checks the fields the way the vendor did. Models of gateways may be called anything. */
export function readVideoRequest({ values, files }: Fields): VideoRequest {
  const unknown = Object.keys(values).find((name) => !KNOWN.includes(name))
  if (unknown !== undefined) throw badParameter(unknown, `Unknown parameter: '${unknown}'.`, 'unknown_parameter')
  const { model = 'sora-2', prompt, seconds = '4', size = '720x1280' } = values
  if (typeof prompt !== 'string' || prompt === '') throw badParameter('prompt', "Missing required parameter: 'prompt'.", 'missing_required_parameter')
  if (typeof model !== 'string' || typeof size !== 'string') throw badParameter('model', 'Not a string.', 'invalid_type')
  if (typeof seconds !== 'string' || !/^\d{1,3}$/.test(seconds)) throw badParameter('seconds', "Invalid type for 'seconds': expected a string.", 'invalid_type')
  if (!/^\d{2,4}x\d{2,4}$/.test(size)) throw badParameter('size', `Invalid value: '${size}'.`)
  if (files.some(({ type }) => !/^(image\/(png|jpeg|webp)|video\/mp4)$/.test(type))) throw badParameter('input_reference', 'Unsupported file type.')
  const request = { model, prompt, seconds: Number(seconds), size, remixOf: null }
  refuseByModel(request)
  return request
}

function refuseByModel({ model, prompt, seconds, size }: VideoRequest): void {
  const known = findModel(VIDEO_MODELS, model)
  if (known === undefined) return
  const call = { providerModel: model, prompt, durationSeconds: seconds, resolution: size, clientReference: '', requestId: '', callNumber: 1 }
  const refused = refuseVideo(known, call)
  const names: Readonly<Record<string, string>> = { durationSeconds: 'seconds', resolution: 'size' }
  if (refused !== null) throw badParameter(names[refused.field] ?? refused.field, `Invalid value: ${refused.message}`)
}

export function startVideo(runs: Runs<VideoRequest>, asked: VideoRequest, caller: Caller, takesMs: number): Run<VideoRequest> {
  return runs.start({ id: `video_${randomBytes(16).toString('hex')}`, caller, asked, takesMs })
}

/** The vendor's object for a run, as it stands now. */
export function videoObject(run: Run<VideoRequest>): Record<string, unknown> {
  const progress = progressOf(run, Date.now())
  const endedAt = run.endedAtMs === null ? null : Math.floor(run.endedAtMs / 1000)
  const completed = run.end === 'succeeded'
  const { model, prompt, size, seconds, remixOf } = run.asked
  return {
    id: run.id,
    object: 'video',
    model,
    status: statusOf(run, progress),
    progress: Math.round((progress ?? 0) * 100),
    created_at: Math.floor(run.createdAtMs / 1000),
    completed_at: completed ? endedAt : null,
    expires_at: completed && endedAt !== null ? endedAt + KEPT_SECONDS : null,
    prompt,
    size,
    seconds: String(seconds),
    remixed_from_video_id: remixOf,
    error: errorOf(run),
  }
}

function statusOf(run: Run<VideoRequest>, progress: number | null): string {
  if (run.end === 'succeeded') return 'completed'
  if (run.end !== null) return 'failed'
  return progress === null ? 'queued' : 'in_progress'
}

function errorOf({ end }: Run<VideoRequest>): { code: string; message: string } | null {
  if (end === 'refused') return { code: 'moderation_blocked', message: 'The generated video was blocked by our moderation system.' }
  return end === 'failed' ? { code: 'video_generation_failed', message: 'The video could not be generated.' } : null
}

export interface Content {
  readonly contentType: string
  readonly bytes: Buffer
}

/** What `content` delivers for a run that was made. */
export async function contentOf(clips: Clips, run: Run<VideoRequest>, variant: string, plain: boolean): Promise<Content> {
  const plan = clipOf(run, plain)
  if (variant === 'video') return { contentType: 'video/mp4', bytes: await clips.render(plan) }
  const { default: sharp } = await import('sharp')
  const still = await clips.lastFrame(plan)
  if (variant === 'thumbnail') return { contentType: 'image/webp', bytes: await sharp(still).webp().toBuffer() }
  if (variant === 'spritesheet') return { contentType: 'image/jpeg', bytes: await sheetOf(still) }
  throw refusal(400, { code: 'invalid_value', message: `Invalid value: '${variant}'.`, param: 'variant' })
}

/** No vendor makes longer sides; gateways may be asked for any. */
const SIDE_MAX = 3840

/** The clip of a run. The same run has the same one, whenever it is made. */
export function clipOf({ asked, caller }: Run<VideoRequest>, plain: boolean): ClipPlan {
  const [width = 720, height = 1280] = asked.size.split('x').map(Number)
  const shrink = Math.min(1, SIDE_MAX / Math.max(width, height))
  return planClip({ prompt: caller.directives.prompt, seed: caller.seed, width: width * shrink, height: height * shrink, seconds: asked.seconds, framesPerSecond: 12, plain, sound: true, tint: asked.tint })
}

/** Twenty stills in five columns. */
async function sheetOf(still: Buffer): Promise<Buffer> {
  const { default: sharp } = await import('sharp')
  const { data, info } = await sharp(still).resize({ width: 96 }).png().toBuffer({ resolveWithObject: true })
  const cells = Array.from({ length: 20 }, (_, cell) => ({ input: data, left: (cell % 5) * info.width, top: Math.floor(cell / 5) * info.height }))
  return sharp({ create: { width: 5 * info.width, height: 4 * info.height, channels: 3, background: 'black' } }).composite(cells).jpeg().toBuffer()
}
