import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { answer, client } from '@/api/client.ts'
import type { AdminModel, ModelCheck, ModelChange } from '@/api/model.ts'

const LOOK_MS = 5_000
/** While somebody waits for the providers to answer. */
const CHECK_LOOK_MS = 700
/** A worker that has not come by then will not at once: nobody is kept waiting. */
const CHECK_WAIT_MS = 60_000

export interface AdminModels {
  items: AdminModel[]
  lastCheck: ModelCheck | null
}

export function isBeingAsked(check: ModelCheck | null | undefined): boolean {
  return check != null && check.finishedAt === null && Date.now() - Date.parse(check.askedAt) < CHECK_WAIT_MS
}

export function useAdminModels() {
  return useQuery({
    queryKey: ['admin-models'],
    queryFn: async ({ signal }) => (await answer(client.GET('/api/admin/models', { signal }))) as AdminModels,
    staleTime: 0,
    refetchInterval: ({ state }) => (isBeingAsked(state.data?.lastCheck) ? CHECK_LOOK_MS : LOOK_MS),
  })
}

/** A decision, after which the catalogue is read again, here and in the studio. */
function useOrder<Input, Result>(order: (input: Input) => Promise<Result>) {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: order,
    onSettled: () => Promise.all([queries.invalidateQueries({ queryKey: ['admin-models'] }), queries.invalidateQueries({ queryKey: ['models'] })]),
  })
}

export function useChangeModel() {
  return useOrder(({ change, reason }: { change: ModelChange; reason: string }) => answer(client.PUT('/api/admin/models', { body: { models: [change], reason } })))
}

export function useAskProviders() {
  return useOrder(() => answer(client.POST('/api/admin/models/check', { body: {} })))
}

export function useResolveFinding() {
  return useOrder(({ id, reason }: { id: string; reason: string }) => answer(client.POST('/api/admin/models/findings/{id}/resolve', { params: { path: { id } }, body: { reason } })))
}
