import { type ClipPlan, planClip } from '../clips/index.ts'
import type { Run } from '../simulation/index.ts'
import { progressOf } from '../simulation/index.ts'
import type { VideoRequest } from './simulator-request.ts'

export type VideoRun = Run<VideoRequest>

/** An interaction as it stands now. `video` is its finished part, an address or the bytes. */
export function interactionObject(run: VideoRun, video: Record<string, string> | null): Record<string, unknown> {
  const { model, prompt, seconds } = run.asked
  const output = video === null ? [] : [{ type: 'model_output', content: [{ type: 'video', mime_type: 'video/mp4', ...video }] }]
  return {
    id: run.id,
    status: statusOf(run),
    model,
    created: new Date(run.createdAtMs).toISOString(),
    updated: new Date(run.endedAtMs ?? Date.now()).toISOString(),
    steps: [{ type: 'user_input', content: [{ type: 'text', text: prompt }] }, ...output],
    ...(run.end === 'succeeded' ? { usage: { total_tokens: seconds * 5750 } } : {}),
    ...(run.end === 'refused' ? { errors: [{ code: 'SAFETY', message: 'The generated video was blocked by the safety filters.' }] } : {}),
    ...(run.end === 'failed' ? { errors: [{ code: 'INTERNAL', message: 'An internal error has occurred.' }] } : {}),
  }
}

function statusOf(run: VideoRun): string {
  if (run.end === 'succeeded') return 'completed'
  if (run.end === 'cancelled') return 'cancelled'
  if (run.end !== null) return 'failed'
  return progressOf(run, Date.now()) === null ? 'queued' : 'in_progress'
}

/** An operation as it stands now, in the dialect of its host. */
export function operationObject(name: string, run: VideoRun, host: 'gemini' | 'vertex', video: Record<string, string> | null): Record<string, unknown> {
  if (run.end === null) return { name }
  if (run.end === 'failed') return { name, done: true, error: { code: 13, message: 'An internal error has occurred.' } }
  const filtered = run.end === 'refused' ? { raiMediaFilteredCount: 1, raiMediaFilteredReasons: ['The video was filtered: it may not comply with our usage guidelines.'] } : {}
  if (host === 'vertex') return { name, done: true, response: { ...(video === null ? {} : { videos: [{ ...video, mimeType: 'video/mp4' }] }), ...filtered } }
  return { name, done: true, response: { generateVideoResponse: { ...(video === null ? {} : { generatedSamples: [{ video }] }), ...filtered } } }
}

const SHORT_SIDE: Readonly<Record<string, number>> = { '360p': 360, '720p': 720, '1080p': 1080, '4k': 2160 }

/** The clip of a run. The same run has the same one, whenever it is made. */
export function clipOf({ asked, caller }: VideoRun, plain: boolean): ClipPlan {
  const short = SHORT_SIDE[asked.resolution] ?? 720
  const long = (short * 16) / 9
  const [width, height] = asked.ratio === '9:16' ? [short, long] : [long, short]
  return planClip({ prompt: caller.directives.prompt, seed: caller.seed, width, height, seconds: asked.seconds, framesPerSecond: 12, plain, sound: asked.audio, tint: asked.tint })
}
