import { useQuery } from '@tanstack/react-query'
import { answer, client } from '@/api/client.ts'
import type { Model } from '@/api/model.ts'

const canBeAsked = ({ status }: Pick<Model, 'status'>): boolean => status === 'available' || status === 'deprecated'

const query = {
  queryKey: ['models'],
  queryFn: async ({ signal }: { signal: AbortSignal }) => (await answer(client.GET('/api/models', { signal }))).items,
  staleTime: 5 * 60_000,
}

/** Every model, also those that cannot be asked. How each fares is read anew whenever somebody looks. */
export function useAllModels() {
  return useQuery({ ...query, staleTime: 10_000 })
}

/** The models of a kind that can be asked today, or those that cannot. Prices come with them, and the server's are the ones that count. */
function useModels<Kind extends Model['kind']>(kind: Kind, wanted: (model: Model) => boolean = canBeAsked) {
  return useQuery({
    ...query,
    select: (models: Model[]) => models.filter((model): model is Extract<Model, { kind: Kind }> => model.kind === kind && wanted(model)),
  })
}

export function useModel(id: string | undefined): Model | undefined {
  return [...(useImageModels().data ?? []), ...(useVideoModels().data ?? [])].find((model) => model.id === id)
}

export function useImageModels() {
  return useModels('image')
}

export function useVideoModels() {
  return useModels('video')
}

/** Those that are shown with the reason why they cannot be chosen. */
export function useLockedVideoModels() {
  return useModels('video', isLocked)
}

const isLocked = (model: Model): boolean => !canBeAsked(model)
