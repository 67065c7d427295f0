import { createHash } from 'node:crypto'
import { findModel } from '../capabilities.ts'
import type { VideoCall } from '../port.ts'
import { VIDEO_MODELS } from './models.ts'

/** The body of a submit. Only what was asked for and what must not be left to the vendor's defaults. */
export function toVideoBody(call: VideoCall): Record<string, unknown> {
  const model = findModel(VIDEO_MODELS, call.providerModel)
  const second = model?.seed !== true // Families 1 and 2 differ in what they know.
  return {
    model: call.providerModel,
    content: contentOf(call),
    ...given('resolution', call.resolution),
    ...given('ratio', call.ratio),
    ...given('duration', call.durationSeconds),
    ...given('seed', call.seed),
    ...(second ? { ...given('generate_audio', call.audio), ...given('safety_identifier', call.endUser?.slice(0, 64)) } : {}),
    ...given('callback_url', call.callbackUrl),
    watermark: call.watermark ?? false,
    return_last_frame: true, // The poster.
    execution_expires_after: markOf(call.clientReference),
  }
}

function given(name: string, value: unknown): Record<string, unknown> {
  return value === undefined ? {} : { [name]: value }
}

function contentOf({ prompt, firstFrame, lastFrame, referenceImages = [] }: VideoCall): readonly unknown[] {
  const image = (url: string | undefined, role: string): readonly unknown[] => (url === undefined ? [] : [{ type: 'image_url', image_url: { url }, role }])
  return [
    { type: 'text', text: disarm(prompt) },
    ...image(firstFrame, 'first_frame'),
    ...image(lastFrame, 'last_frame'),
    ...referenceImages.flatMap((url) => image(url, 'reference_image')),
  ]
}

/**
 * The vendor still reads parameters out of the text: `--rs 1080p` in a prompt could order what was not
 * paid for. Hyphens that begin a word become a dash, which reads the same and orders nothing.
 */
export function disarm(prompt: string): string {
  return prompt.replace(/(^|[^-\w])-{2,}(?=[a-z])/gi, '$1—')
}

const SHORTEST_SECONDS = 3 * 60 * 60
const MARKS = 32_768

/**
 * The vendor keeps no reference of ours with a task, but it repeats for how long the task may wait. So each
 * submit gets a span of its own, of 3 to 12 hours, by which it is recognised when its answer was lost.
 */
export function markOf(clientReference: string): number {
  return SHORTEST_SECONDS + (createHash('sha256').update(clientReference).digest().readUInt32BE(0) % MARKS)
}
