import { findModel, refuseVideo, type Refusal } from '../capabilities.ts'
import type { VideoCall } from '../port.ts'
import { readReference } from '../reference-image.ts'
import { vendorFailure } from '../vendor-failure.ts'
import { encodeForm } from './image-body.ts'
import { VIDEO_MODELS } from './models.ts'

/** What this protocol has no field for, whatever the gateway's model can do. */
const NO_FIELD = ['ratio', 'framesPerSecond', 'watermark', 'seed', 'negativePrompt', 'lastFrame', 'callbackUrl'] as const

/** Refuses by field what cannot be said, or what a model of the list does not take. Nothing is dropped in silence. */
export function refuseVideoCall(call: VideoCall): void {
  const model = findModel(VIDEO_MODELS, call.providerModel)
  const refusal = model === undefined ? refuseUnsayable(call) : refuseVideo(model, call)
  if (refusal !== null) throw vendorFailure('invalid', `${refusal.field}: ${refusal.message}`, { field: refusal.field })
}

function refuseUnsayable(call: VideoCall): Refusal | null {
  // "Without a watermark" is what it makes anyway.
  const field = NO_FIELD.find((name) => call[name] !== undefined && call[name] !== false)
  if (field !== undefined) return { field, message: 'This protocol has no such field.' }
  if (call.audio === false) return { field: 'audio', message: 'This protocol has no such field.' }
  return (call.referenceImages ?? []).length > 0 ? { field: 'referenceImages', message: 'This protocol has no such field.' } : null
}

/** JSON, unless a picture of ours comes with it: that is a file of a form. `seconds` is a text here. */
export async function videoBody(call: VideoCall): Promise<{ contentType: string; bytes: Uint8Array }> {
  const fields: Record<string, string> = {
    model: call.providerModel,
    prompt: call.prompt,
    ...(call.durationSeconds === undefined ? {} : { seconds: String(call.durationSeconds) }),
    ...(call.resolution === undefined ? {} : { size: call.resolution }),
  }
  const { firstFrame } = call
  if (firstFrame?.startsWith('data:') === true) return formOf(fields, firstFrame)
  const body = firstFrame === undefined ? fields : { ...fields, input_reference: { image_url: firstFrame } }
  return { contentType: 'application/json', bytes: Buffer.from(JSON.stringify(body)) }
}

function formOf(fields: Record<string, string>, firstFrame: string): Promise<{ contentType: string; bytes: Uint8Array }> {
  const { contentType, base64 } = readReference(firstFrame, 'firstFrame')
  const form = new FormData()
  for (const [name, value] of Object.entries(fields)) form.append(name, value)
  form.append('input_reference', new Blob([Buffer.from(base64, 'base64')], { type: contentType }), `first-frame.${contentType.slice('image/'.length)}`)
  return encodeForm(form)
}
