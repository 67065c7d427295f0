import { useQuery } from '@tanstack/react-query'
import { answer, client } from '@/api/client.ts'
import type { Usage } from '@/api/model.ts'

export type UsageBy = 'day' | 'model'

/** What was taken on these days, summed. Waits while the days are not known. */
export function useUsage(by: UsageBy, days: readonly string[] | null) {
  return useQuery<Usage>({
    queryKey: ['usage', by, days?.[0], days?.at(-1)],
    queryFn: ({ signal }) => answer(client.GET('/api/credits/usage', { params: { query: { by, from: days![0]!, to: days!.at(-1)! } }, signal })),
    enabled: days !== null,
  })
}
