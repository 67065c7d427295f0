import type { SubmitReference } from '../port.ts'
import type { TaskReply } from './replies.ts'
import { markOf } from './video-body.ts'

/** A list may be behind by a while; before this nobody is told that a submit never arrived. */
export const SETTLED_AFTER_MS = 2 * 60_000
/** How far around our submit the vendor's `created_at` may lie: its clock, its seconds, a slow upload. */
const BEFORE_MS = 30_000
const AFTER_MS = 5 * 60_000

/**
 * Finds the task of a submit by its mark and its time. Two that fit are `several`: one of them is
 * somebody else's, and guessing could deliver a stranger's video.
 */
export function findSubmit(tasks: readonly TaskReply[], submit: SubmitReference, clockAheadMs: number): TaskReply | 'several' | null {
  const mark = markOf(submit.clientReference)
  const submittedMs = Date.parse(submit.submittedAt) + clockAheadMs
  const fitting = tasks.filter(({ created_at, execution_expires_after }) => {
    const createdMs = (created_at ?? 0) * 1000
    return execution_expires_after === mark && createdMs >= submittedMs - BEFORE_MS && createdMs <= submittedMs + AFTER_MS
  })
  const [one, other] = new Map(fitting.map((task) => [task.id, task])).values()
  if (other !== undefined) return 'several'
  return one ?? null
}

/** True when the page is in order, the youngest first, and reaches back to before the submit: then no later page matters. */
export function endsBefore(page: readonly TaskReply[], { submittedAt }: SubmitReference, clockAheadMs: number): boolean {
  const times = page.map(({ created_at }) => (created_at ?? 0) * 1000)
  const inOrder = times.every((time, index) => index === 0 || time <= (times[index - 1] ?? 0))
  return inOrder && (times.at(-1) ?? 0) < Date.parse(submittedAt) + clockAheadMs - BEFORE_MS
}
