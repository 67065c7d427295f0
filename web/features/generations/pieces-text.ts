import type { Generation } from '../../api/model.ts'

export function piecesText({ kind }: Pick<Generation, 'kind'>, count: number): string {
  const noun = kind === 'video' ? 'video' : 'picture'
  return count === 1 ? `1 ${noun}` : `${count} ${noun}s`
}
