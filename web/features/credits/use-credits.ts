import { useQuery } from '@tanstack/react-query'
import { answer, client } from '@/api/client.ts'
import type { Credits } from '@/api/model.ts'

/** Stands beside every page; what only the credits page reads is in files of its own. */
export function useCredits() {
  return useQuery<Credits>({
    queryKey: ['credits'],
    queryFn: ({ signal }) => answer(client.GET('/api/credits', { signal })),
  })
}
