import { planClip } from '../clips/index.ts'
import { flawOf } from '../simulation/index.ts'
import type { Clip, Outputs } from './simulator-outputs.ts'
import type { Task } from './simulator-tasks.ts'

const FRAMES_PER_SECOND = 24

export interface TaskView {
  readonly outputs: Outputs
  readonly plain: boolean
  readonly urlTtlSeconds: number
}

/** A task as the vendor tells it: on being asked, in a list, and in a callback. */
export function taskBody(task: Task, view: TaskView): Record<string, unknown> {
  const { asked } = task
  return {
    id: task.id,
    model: asked.model,
    status: task.state,
    error: errorOf(task),
    ...(task.state === 'succeeded' ? madeOf(task, view) : {}),
    created_at: seconds(task.createdAtMs),
    updated_at: seconds(task.updatedAtMs),
    resolution: asked.resolution,
    ratio: asked.ratio,
    duration: secondsOf(task),
    framespersecond: FRAMES_PER_SECOND,
    ...(asked.audio === null ? {} : { generate_audio: asked.audio }),
    ...(asked.seed === null ? {} : { seed: asked.seed === -1 ? task.caller.seed % 2 ** 31 : asked.seed }),
    ...(asked.safetyIdentifier === null ? {} : { safety_identifier: asked.safetyIdentifier }),
    service_tier: 'default',
    execution_expires_after: asked.expiresAfterSeconds,
    priority: asked.priority,
  }
}

/** The clip of a task. The same task has the same one, whenever it is made. */
export function clipOf(task: Task, part: Clip['part'], plain: boolean): Clip {
  const { asked, caller } = task
  const plan = { prompt: caller.directives.prompt, seed: caller.seed, ...asked.size, seconds: secondsOf(task), framesPerSecond: FRAMES_PER_SECOND, plain, sound: asked.audio === true, tint: asked.tint }
  return { clip: planClip(plan), part, flaw: flawOf(caller.directives) }
}

function madeOf(task: Task, { outputs, plain, urlTtlSeconds }: TaskView): Record<string, unknown> {
  const expiresAt = seconds(task.updatedAtMs) + (task.caller.directives.has('expired-url') ? -1 : urlTtlSeconds)
  const address = (part: Clip['part']): string => task.origin + outputs.addressOf(clipOf(task, part, plain), expiresAt)
  const { width, height } = task.asked.size
  // One frame more than the seconds hold, as in the vendor's own figures.
  const tokens = Math.round((width * height * (secondsOf(task) * FRAMES_PER_SECOND + 1)) / 1024)
  return {
    content: { video_url: address('video'), ...(task.asked.lastFrame ? { last_frame_url: address('last-frame') } : {}) },
    usage: { completion_tokens: tokens, total_tokens: tokens },
  }
}

function errorOf({ state, asked, caller: { directives } }: Task): Record<string, unknown> | null {
  if (state !== 'failed') return null
  if (directives.has('refuse-output')) return { code: 'OutputVideoSensitiveContentDetected', message: 'The generated video may contain sensitive information' }
  if (asked.breaksConstraint) return { code: 'InvalidParameter.TaskTypeConstraint', message: 'ratio must be adaptive for this kind of task' }
  return { code: 'InternalServiceError', message: 'The service met an internal error' }
}

/** Where the model chooses it takes 5 to 8 seconds. */
function secondsOf({ asked, caller }: Task): number {
  return asked.seconds === -1 ? 5 + (caller.seed % 4) : asked.seconds
}

function seconds(ms: number): number {
  return Math.floor(ms / 1000)
}
