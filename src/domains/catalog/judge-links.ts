import type { InputMistake } from '#lib/errors'
import type { CatalogModel } from './model.ts'

type Linked = ReadonlyMap<string, { readonly model: CatalogModel; readonly fallbacks: readonly string[] }>

/**
 * What is wrong with the replacement and the fallbacks of a model: ones that are not there, of another kind, or itself; and replacements that lead back to it. Fallbacks
 * may be each other's: of a request only those of the model that was asked for are tried, each once.
 */
export function judgeLinks(id: string, all: Linked): InputMistake[] {
  const { model, fallbacks } = all.get(id)!
  const replacements = model.replacement === null ? [] : [model.replacement]
  const twice = fallbacks.filter((other, index) => fallbacks.indexOf(other) < index)
  return [
    ...judge({ id, path: '/replacement', targets: replacements, next: (other) => all.get(other)?.model.replacement ?? [] }, all),
    ...judge({ id, path: '/fallbacks', targets: fallbacks, next: () => [] }, all),
    ...(twice.length === 0 ? [] : [{ path: '/fallbacks', message: `name ${twice.join(', ')} twice` }]),
  ]
}

interface Link {
  readonly id: string
  readonly path: string
  readonly targets: readonly string[]
  readonly next: (id: string) => string | readonly string[]
}

function judge({ id, path, targets, next }: Link, all: Linked): InputMistake[] {
  const { kind } = all.get(id)!.model
  return targets.flatMap((target) => {
    const found = all.get(target)
    if (found === undefined) return [{ path, message: `names ${target}, and there is no such model` }]
    if (found.model.kind !== kind) return [{ path, message: `names ${target}, which makes ${found.model.kind}s` }]
    return leadsTo(id, target, next) ? [{ path, message: target === id ? 'names the model itself' : `leads back to the model by ${target}` }] : []
  })
}

function leadsTo(id: string, from: string, next: Link['next']): boolean {
  const seen = new Set<string>()
  const open = [from]
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    if (at === id) return true
    if (!seen.has(at)) open.push(...[next(at)].flat())
    seen.add(at)
  }
  return false
}
