import { useQuery } from '@tanstack/react-query'
import { answer, client } from '@/api/client.ts'
import type { Model } from '@/api/model.ts'

/** The models that make images and can be asked today. Prices come with them, and the server's are the ones that count. */
export function useImageModels() {
  return useQuery<Model[]>({
    queryKey: ['models'],
    queryFn: async ({ signal }) => (await answer(client.GET('/api/models', { signal }))).items as Model[],
    staleTime: 5 * 60_000,
    select: (models) => models.filter((model) => model.kind === 'image' && (model.status === 'available' || model.status === 'deprecated')),
  })
}
