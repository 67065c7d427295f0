import { useMutation, useQueryClient, type InfiniteData, type QueryClient } from '@tanstack/react-query'
import { answer, client } from '@/api/client.ts'
import type { Generation, Page } from '@/api/model.ts'
import { toProblem } from '@/api/problem.ts'
import { announce } from '@/ui/announcer.tsx'

/** Deletes a generation with its files. One that is gone already is as good as deleted. */
export function useDelete(onDeleted: (id: string) => void) {
  const queries = useQueryClient()
  return useMutation<void, Error, string>({
    mutationFn: async (id) => {
      try {
        await answer(client.DELETE('/api/generations/{id}', { params: { path: { id } } }))
      } catch (error) {
        if (toProblem(error).code !== 'generation.missing') throw error
      }
    },
    onSuccess: (_, id) => {
      announce('Deleted.')
      takeOut(queries, id)
      onDeleted(id)
    },
  })
}

/** Out of the lists at once; what else they lack is read again. */
function takeOut(queries: QueryClient, id: string): void {
  queries.setQueriesData<InfiniteData<Page<Generation>>>({ queryKey: ['generations'] }, (list) => list && {
    ...list,
    pages: list.pages.map((page) => ({ ...page, items: page.items.filter((generation) => generation.id !== id) })),
  })
  void queries.invalidateQueries({ queryKey: ['generations'] })
}
