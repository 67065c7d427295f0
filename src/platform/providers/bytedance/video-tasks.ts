import { ProviderFailure, toFailureRecord, type CallbackHint, type CallbackMessage, type VideoResult, type VideoTask } from '../port.ts'
import { badResponse, tryParseJson, vendorFailure } from '../vendor-failure.ts'
import { toFailure } from './failures.ts'
import { TaskReply } from './replies.ts'

const URL_SECONDS = 24 * 60 * 60

/** A failed task comes with 200, so its code alone says why. */
const NO_STATUS = 200

/** What the vendor's account of a task means. Words that are new to us count as running, until the caller's own deadline. */
export function toTask(reply: TaskReply, requestId: string | null): VideoTask {
  const report = { taskId: reply.id, providerStatus: reply.status.slice(0, 100), progress: null, retryAfterSeconds: null }
  if (reply.status === 'queued') return { ...report, state: 'queued' }
  if (reply.status === 'cancelled') return { ...report, state: 'cancelled' }
  if (reply.status === 'succeeded') return { ...report, state: 'succeeded', progress: 1, result: toResult(reply, requestId) }
  if (reply.status === 'failed') return { ...report, state: 'failed', failure: toFailureRecord(toFailure(reply.error ?? {}, NO_STATUS)) }
  if (reply.status === 'expired') return { ...report, state: 'failed', failure: toFailureRecord(vendorFailure('provider_fault', 'the task waited longer than it was allowed to')) }
  return { ...report, state: 'running' }
}

/** Null for a task that cannot be understood: what is odd about one must not keep a list from telling of the others. */
export function toTaskOrNull(reply: TaskReply, requestId: string | null): VideoTask | null {
  try {
    return toTask(reply, requestId)
  } catch (error) {
    if (error instanceof ProviderFailure) return null
    throw error
  }
}

/** Of a task that the vendor does not know. */
export function goneTask(taskId: string): VideoTask {
  return { taskId, state: 'gone', providerStatus: 'not_found', progress: null, retryAfterSeconds: null }
}

/**
 * Reads a callback: the vendor posts the task itself, unsigned, on each change of its state, up to
 * three times. Null when it is anything else. Whatever it says has to be asked for again.
 */
export function readCallback({ body }: CallbackMessage): CallbackHint | null {
  const reply = TaskReply.safeParse(tryParseJson(body.toString('utf8')))
  return reply.success && reply.data.id !== '' ? { taskId: reply.data.id.slice(0, 200), providerStatus: reply.data.status.slice(0, 100) } : null
}

function toResult({ content, usage, updated_at, ...reply }: TaskReply, requestId: string | null): VideoResult {
  const url = content?.video_url
  if (url == null || !URL.canParse(url)) throw badResponse('the task has succeeded without the address of a video')
  const poster = content?.last_frame_url
  return {
    url,
    posterUrl: poster != null && URL.canParse(poster) ? poster : null,
    // The vendor tells classes and ratios; the pixels are in the file.
    width: null,
    height: null,
    // What was left to the model may be told as it was asked for: -1.
    durationSeconds: reply.duration != null && reply.duration > 0 ? reply.duration : null,
    framesPerSecond: reply.framespersecond ?? null,
    audio: reply.generate_audio ?? null,
    seed: reply.seed ?? null,
    expiresAt: endOf(updated_at),
    requestId,
    usage: { seconds: null, tokens: usage?.completion_tokens ?? null },
  }
}

/** Null for what is no time that a calendar knows. */
function endOf(updatedSeconds: number | null | undefined): string | null {
  const date = new Date(((updatedSeconds ?? Number.NaN) + URL_SECONDS) * 1000)
  return Number.isNaN(date.getTime()) ? null : date.toISOString()
}
