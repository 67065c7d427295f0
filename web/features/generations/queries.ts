import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { answer, client } from '@/api/client.ts'
import type { Generation, GenerationStatus, Page } from '@/api/model.ts'
import { isEnded } from './progress.ts'

/** Live events drive the app; this slow look-again covers an event lost on the way. */
const LOOK_AGAIN_MS = 15_000

export interface GenerationFilter {
  kind?: Generation['kind']
  status?: GenerationStatus
  q?: string
}

export function useGeneration(id: string, lookAgainMs = LOOK_AGAIN_MS) {
  return useQuery({
    queryKey: ['generation', id],
    queryFn: async ({ signal }) => (await answer(client.GET('/api/generations/{id}', { params: { path: { id } }, signal }))) as Generation,
    refetchInterval: ({ state }) => (state.data !== undefined && !isEnded(state.data.status) ? lookAgainMs : false),
  })
}

/** History, newest first, a page at a time. */
export function useGenerations(filter: GenerationFilter, limit: number) {
  return useInfiniteQuery({
    queryKey: ['generations', filter, limit],
    queryFn: async ({ pageParam, signal }) => (await answer(client.GET('/api/generations', {
      params: { query: { ...filter, limit, ...(pageParam === undefined ? {} : { cursor: pageParam }) } },
      signal,
    }))) as Page<Generation>,
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.nextCursor ?? undefined,
    select: ({ pages }) => pages.flatMap((page) => page.items),
  })
}

/** Stops one that still runs. What had arrived stays and is charged; the rest comes back. */
export function useStop(id: string) {
  const queries = useQueryClient()
  return useMutation<Generation>({
    mutationFn: async () => (await answer(client.POST('/api/generations/{id}/cancel', { params: { path: { id } } }))) as Generation,
    onSuccess: (generation) => {
      queries.setQueryData(['generation', id], generation)
      for (const key of ['credits', 'transactions', 'generations']) void queries.invalidateQueries({ queryKey: [key] })
    },
  })
}
