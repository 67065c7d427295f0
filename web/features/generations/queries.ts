import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { answer, client } from '@/api/client.ts'
import type { Generation, GenerationStatus, Page } from '@/api/model.ts'
import { isEnded } from './is-ended.ts'

/** Live events drive the app; this slow look-again covers an event lost on the way. */
const LOOK_AGAIN_MS = 15_000

/** More than this of either kind nobody looks through. */
const OPEN_MAX = 1_000

export interface GenerationFilter {
  kind?: Generation['kind']
  /** `open` is whatever has not ended: what holds credits. */
  status?: GenerationStatus | 'open'
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
    queryFn: ({ pageParam, signal }) => {
      const { status, ...rest } = filter
      return status === 'open' ? readOpen(rest, signal) : readPage({ ...rest, ...(status === undefined ? {} : { status }) }, limit, pageParam, signal)
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.nextCursor ?? undefined,
    select: ({ pages }) => pages.flatMap((page) => page.items),
  })
}

type PageFilter = Omit<GenerationFilter, 'status'> & { status?: GenerationStatus }

async function readPage(filter: PageFilter, limit: number, cursor: string | undefined, signal: AbortSignal): Promise<Page<Generation>> {
  return (await answer(client.GET('/api/generations', { params: { query: { ...filter, limit, ...(cursor === undefined ? {} : { cursor }) } }, signal }))) as Page<Generation>
}

/** The server's list knows one status at a time. What is in line is read first, so that one that starts meanwhile is not missed. */
async function readOpen(filter: Omit<PageFilter, 'status'>, signal: AbortSignal): Promise<Page<Generation>> {
  const queued = await readAll({ ...filter, status: 'queued' }, signal)
  const running = await readAll({ ...filter, status: 'running' }, signal)
  const once = new Map([...queued, ...running].map((generation) => [generation.id, generation]))
  return { items: [...once.values()].toSorted((a, b) => b.createdAt.localeCompare(a.createdAt)), nextCursor: null }
}

async function readAll(filter: PageFilter, signal: AbortSignal): Promise<Generation[]> {
  const items: Generation[] = []
  let cursor: string | undefined
  do {
    const page = await readPage(filter, 100, cursor, signal)
    items.push(...page.items)
    cursor = page.nextCursor ?? undefined
  } while (cursor !== undefined && items.length < OPEN_MAX)
  return items
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
