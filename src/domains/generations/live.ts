import type { Hint, Realtime } from '#platform/realtime'
import type { GenerationStatus } from './model.ts'

export function generationTopic(id: string): string {
  return `generation:${id}`
}

export function accountTopic(accountId: string): string {
  return `account:${accountId}`
}

/** Tells the watchers of a generation and of its account that there is something new. After the commit, never before. */
export function announce(realtime: Realtime, change: { id: string; accountId: string; status: GenerationStatus; seq: number }): void {
  const data: Hint['data'] = { id: change.id, status: change.status, seq: change.seq }
  realtime.publish({ topic: generationTopic(change.id), data }, { topic: accountTopic(change.accountId), data })
}

/** Tells the watchers of the account that there is a new generation, which itself nobody can watch yet. After the commit. */
export function announceNew(realtime: Realtime, { id, accountId }: { id: string; accountId: string }): void {
  realtime.publish({ topic: accountTopic(accountId), data: { id, status: 'queued', seq: 1 } })
}
