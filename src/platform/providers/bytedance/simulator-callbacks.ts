import { setTimeout as sleep } from 'node:timers/promises'
import type { Task } from './simulator-tasks.ts'

export interface CallbackOptions {
  readonly signal: AbortSignal
  /** How much too late the fault `late-callback` is. */
  readonly lateMs: number
}

const POSTS_MAX = 3
const ACKNOWLEDGED_WITHIN_MS = 5_000
const BETWEEN_POSTS_MS = 500

/**
 * Posts a task's new state to its `callback_url`, without a signature, as the vendor does. The last state is
 * posted up to three times until somebody acknowledges it; all others once.
 */
export async function postCallback(task: Task, body: Record<string, unknown>, { signal, lateMs }: CallbackOptions): Promise<void> {
  const { callbackUrl } = task.asked
  if (callbackUrl === null) return
  const ended = body['status'] === 'succeeded' || body['status'] === 'failed'
  const { directives } = task.caller
  if (ended && directives.has('late-callback')) await sleep(lateMs, undefined, { signal })
  const text = JSON.stringify(body)
  for (let turn = ended && directives.has('duplicate-callback') ? 2 : 1; turn > 0; turn -= 1) {
    for (let post = ended ? POSTS_MAX : 1; post > 0; post -= 1) {
      if (await isAcknowledged(callbackUrl, text, signal)) break
      if (post > 1) await sleep(BETWEEN_POSTS_MS, undefined, { signal })
    }
  }
}

async function isAcknowledged(url: string, body: string, signal: AbortSignal): Promise<boolean> {
  try {
    const timely = AbortSignal.any([signal, AbortSignal.timeout(ACKNOWLEDGED_WITHIN_MS)])
    const response = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body, signal: timely, redirect: 'manual' })
    await response.body?.cancel()
    return response.ok
  } catch {
    return false
  }
}
