import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { answer, client } from '@/api/client.ts'
import type { ProviderState, QueueState, WorkerState } from '@/api/model.ts'

const LOOK_MS = 2_000

const reading = { refetchInterval: LOOK_MS, staleTime: 0 } as const

export function useQueues() {
  return useQuery({ ...reading, queryKey: ['console', 'queues'], queryFn: async ({ signal }) => (await answer(client.GET('/api/admin/queues', { signal }))).items as QueueState[] })
}

export function useWorkers() {
  return useQuery({ ...reading, queryKey: ['console', 'workers'], queryFn: async ({ signal }) => (await answer(client.GET('/api/admin/workers', { signal }))).items as WorkerState[] })
}

export function useProviders() {
  return useQuery({ ...reading, queryKey: ['console', 'providers'], queryFn: async ({ signal }) => (await answer(client.GET('/api/admin/providers', { signal }))).items as ProviderState[] })
}

export type Order =
  | { what: 'pause' | 'resume'; queue: string }
  | { what: 'concurrency'; queue: string; concurrencyMax: number | null }
  | { what: 'drain'; worker: string }
  | { what: 'pause' | 'resume'; provider: string }
  | { what: 'limit'; provider: string; kind: 'image' | 'video'; concurrencyMax: number | null }

/** An order, after which the figures are read again. */
export function useGiveOrder() {
  const queries = useQueryClient()
  return useMutation({ mutationFn: give, onSettled: () => queries.invalidateQueries({ queryKey: ['console'] }) })
}

async function give(order: Order): Promise<void> {
  if (order.what === 'drain') return answer(client.POST('/api/admin/workers/{id}/drain', { params: { path: { id: order.worker } }, body: {} }))
  if (order.what === 'limit') {
    const { provider, kind, concurrencyMax } = order
    return answer(client.PUT('/api/admin/providers/{id}', { params: { path: { id: provider } }, body: { kind, concurrencyMax } }))
  }
  if ('provider' in order) {
    const path = order.what === 'pause' ? '/api/admin/providers/{id}/pause' : '/api/admin/providers/{id}/resume'
    return answer(client.POST(path, { params: { path: { id: order.provider } }, body: {} }))
  }
  const params = { path: { name: order.queue } }
  if (order.what === 'concurrency') return answer(client.PUT('/api/admin/queues/{name}', { params, body: { concurrencyMax: order.concurrencyMax } }))
  const path = order.what === 'pause' ? '/api/admin/queues/{name}/pause' : '/api/admin/queues/{name}/resume'
  await answer(client.POST(path, { params, body: {} }))
}
