import type { Generation } from '../../api/model.ts'

const causes = { provider_unavailable: 'was not available', provider_failed: 'could not make it', model_retired: 'is no longer offered' } as const

/**
 * Who made it, where that is not who was asked: `Made by Seedream 4.5, because Seedream 5.0 was not available`. A sentence for each that came to it;
 * `of 4` where several made a part each. Null where the model that was asked for is at it.
 */
export function servedText({ servedBy }: Pick<Generation, 'servedBy'>, nameOf: (model: string) => string): string | null {
  if (servedBy.length < 2) return null
  const all = servedBy.reduce((sum, { outputs }) => sum + outputs.length, 0)
  return servedBy.slice(1).map(({ model, outputs, reason }, index) => {
    const part = outputs.length > 0 && outputs.length < all ? `${outputs.length} of ${all} made` : outputs.length > 0 ? 'Made' : 'Given to'
    const by = part === 'Given to' ? '' : ' by'
    return `${part}${by} ${nameOf(model)}, because ${nameOf(servedBy[index]!.model)} ${reason === null ? 'did not' : causes[reason]}.`
  }).join(' ')
}
