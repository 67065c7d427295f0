import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { answer, client } from '@/api/client.ts'
import type { DeadLetter, DeadLetterBatch, DeadLetterGroup, Page } from '@/api/model.ts'

/** Nobody is told when somebody else's generation fails, so the page looks. */
const LOOK_MS = 5_000
const BATCH_LOOK_MS = 700

export type LetterState = DeadLetter['state']

export interface Cause {
  code?: string
  queue?: string
  model?: string
  provider?: string
}

/** The letters of a group, as the server selects them. A cause without a model or provider is narrowed by what it has. */
export function causeOf({ code, queue, model, provider }: DeadLetterGroup): Cause {
  return { code, queue, ...(model === null ? {} : { model }), ...(provider === null ? {} : { provider }) }
}

export function useGroups(filter: Cause & { state: LetterState }) {
  return useQuery({
    queryKey: ['dead-letters', 'groups', filter],
    queryFn: async ({ signal }) => (await answer(client.GET('/api/admin/dlq/groups', { params: { query: filter }, signal }))).items as DeadLetterGroup[],
    refetchInterval: LOOK_MS,
  })
}

export function useLetters(filter: Cause & { state: LetterState }) {
  return useInfiniteQuery({
    queryKey: ['dead-letters', 'list', filter],
    queryFn: async ({ pageParam, signal }) => (await answer(client.GET('/api/admin/dlq/messages', {
      params: { query: { ...filter, limit: 20, ...(pageParam === undefined ? {} : { cursor: pageParam }) } }, signal,
    }))) as Page<DeadLetter>,
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.nextCursor ?? undefined,
    select: ({ pages }) => pages.flatMap((page) => page.items),
    refetchInterval: LOOK_MS,
  })
}

/** What trying again would do at this moment, before anybody presses. `version` changes with what there is, so that the figures follow. */
export function useEstimate(filter: Cause, waive: boolean, version: number, enabled: boolean) {
  return useQuery({
    queryKey: ['dead-letters', 'estimate', filter, waive, version],
    queryFn: ({ signal }) => answer(client.POST('/api/admin/dlq/retry', { body: { filter, waive, dryRun: true }, signal })),
    enabled,
    placeholderData: (earlier) => earlier,
    gcTime: 30_000,
  })
}

export function useBatches() {
  return useQuery({
    queryKey: ['dead-letters', 'batches'],
    queryFn: async ({ signal }) => (await answer(client.GET('/api/admin/dlq/batches', { params: { query: { limit: 5 } }, signal }))).items as DeadLetterBatch[],
    refetchInterval: ({ state }) => (state.data?.some((batch) => batch.state === 'running') === true ? BATCH_LOOK_MS : LOOK_MS),
  })
}

/** A change, after which everything about dead letters is read again, whatever came of it. */
function useOrder<Input, Result>(order: (input: Input) => Promise<Result>) {
  const queries = useQueryClient()
  return useMutation({ mutationFn: order, onSettled: () => queries.invalidateQueries({ queryKey: ['dead-letters'] }) })
}

export interface NewInput {
  prompt: string
  n?: number
  size?: string
  seed?: number
  negativePrompt?: string
}

export function useRetryAll() {
  return useOrder(({ filter, waive }: { filter: Cause; waive: boolean }) => answer(client.POST('/api/admin/dlq/retry', { body: { filter, waive } })))
}

export function useRetry() {
  return useOrder(({ id, waive, input }: { id: string; waive: boolean; input?: NewInput }) =>
    answer(client.POST('/api/admin/dlq/messages/{id}/retry', { params: { path: { id } }, body: { waive, ...(input === undefined ? {} : { input }) } })))
}

export function useDiscard() {
  return useOrder(({ id, reason }: { id: string; reason: string }) => answer(client.DELETE('/api/admin/dlq/messages/{id}', { params: { path: { id } }, body: { reason } })))
}

export function usePurge() {
  return useOrder(({ filter, confirm, reason }: { filter: Cause & { state: LetterState }; confirm: number; reason: string }) =>
    answer(client.POST('/api/admin/dlq/purge', { body: { filter, confirm, ...(reason === '' ? {} : { reason }) } })))
}

export function useStop() {
  return useOrder((id: string) => answer(client.POST('/api/admin/dlq/batches/{id}/stop', { params: { path: { id } }, body: {} })))
}

/** Uncovers what a person wrote. That it was uncovered is in the audit log. */
export function reveal(id: string): Promise<{ payload?: unknown }> {
  return answer(client.POST('/api/admin/dlq/messages/{id}/reveal', { params: { path: { id } }, body: { reason: 'to edit it' } }))
}
