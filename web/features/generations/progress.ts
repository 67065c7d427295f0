import type { Failure, Generation, GenerationStatus, Output } from '../../api/model.ts'
import { moneyText } from '../credits/credits-text.ts'
import { isEnded } from './is-ended.ts'
import { piecesText } from './pieces-text.ts'

export { isEnded, piecesText }

/** One place in the grid. It exists from the submit on, and only its state changes. */
export type Slot =
  | { index: number; state: 'waiting' }
  | { index: number; state: 'arrived'; output: Output }
  | { index: number; state: 'failed'; failure: Failure }
  | { index: number; state: 'stopped' }
  | { index: number; state: 'removed' }

export function countOf(generation: Pick<Generation, 'input' | 'outputs' | 'failures'>): number {
  const seen = [...generation.outputs, ...generation.failures].map((piece) => piece.index + 1)
  return Math.max(1, generation.input.n ?? 1, ...seen)
}

export function slotsOf(generation: Generation): Slot[] {
  return Array.from({ length: countOf(generation) }, (_, index): Slot => {
    const output = generation.outputs.find((one) => one.index === index)
    if (output !== undefined) return { index, state: 'arrived', output }
    const failure = generation.failures.find((one) => one.index === index)
    if (failure !== undefined) return { index, state: 'failed', failure }
    if (!isEnded(generation.status)) return { index, state: 'waiting' }
    if (generation.outputsRemovedAt !== null) return { index, state: 'removed' }
    if (generation.status === 'cancelled') return { index, state: 'stopped' }
    const why = generation.error ?? { code: 'generation.failed', message: generation.kind === 'video' ? 'This video was not made.' : 'This picture was not made.' }
    return { index, state: 'failed', failure: { index, ...why } }
  })
}

/** The ratio a place keeps from its first moment: what was asked for, which is what the output will have. */
export function ratioOf(generation: Pick<Generation, 'size'> & { input?: Pick<Generation['input'], 'aspectRatio' | 'resolution'> }, output?: Pick<Output, 'width' | 'height'>): number {
  const { aspectRatio, resolution = '' } = generation.input ?? {}
  const [across, down] = (aspectRatio ?? resolution).split(/[:x]/).map(Number)
  if (across && down) return across / down
  const { width, height } = generation.size ?? output ?? {}
  return width && height ? width / height : 1
}

const phases: Record<string, string> = {
  waiting_provider: 'The model is at work',
  storing: 'Saving',
  retrying: 'Trying again',
  outcome_unknown: 'Asking what became of it',
}

/** What a waiting place says. */
export function phaseText(generation: Pick<Generation, 'status' | 'phase' | 'queue' | 'provider'>): string {
  if (generation.status === 'queued' && generation.phase !== null) return phases[generation.phase] ?? 'Starting'
  if (generation.status === 'running' && generation.phase === 'waiting_provider' && generation.provider !== null) return atProviderText(generation.provider)
  if (generation.status === 'queued') {
    const position = generation.queue?.position
    return position !== undefined && position > 1 ? `In line, place ${position}` : 'In line'
  }
  return phases[generation.phase ?? ''] ?? 'Starting'
}

function atProviderText({ status, progress }: NonNullable<Generation['provider']>): string {
  if (status === 'queued') return 'In line at the provider'
  return progress === null ? 'The model is at work' : `The model is at work, ${Math.round(progress * 100)} %`
}

const statusWords: Record<GenerationStatus, string> = {
  queued: 'In line',
  running: 'Running',
  succeeded: 'Done',
  failed: 'Failed',
  cancelled: 'Stopped',
}

/** One word for the status; a part delivered is never called done without saying so. */
export function statusText(generation: Pick<Generation, 'status' | 'input' | 'outputs' | 'failures' | 'outputsRemovedAt'>): string {
  const count = countOf(generation)
  const some = generation.outputs.length
  if (generation.status === 'succeeded' && some < count && generation.outputsRemovedAt === null) return `${some} of ${count} made`
  if (generation.status === 'running' && count > 1) return `${some} of ${count} arrived`
  return statusWords[generation.status]
}

/** What became of files that are not kept for ever. */
export function removedText({ outputsKeptDays: days }: Pick<Generation, 'outputsKeptDays'>): string {
  return days === null ? 'Removed' : `Removed after ${days === 1 ? '1 day' : `${days} days`}`
}

/** What is said aloud, and written under the grid, when a generation has ended. */
export function outcomeText(generation: Generation): string {
  const made = generation.outputs.length
  const money = moneyText(generation.credits, true)
  if (generation.outputsRemovedAt !== null) return `${removedText(generation)}. ${money}`
  if (generation.status === 'cancelled') return made === 0 ? `Stopped. ${money}` : `Stopped after ${piecesText(generation, made)}. ${money}`
  if (generation.status === 'failed') return `Not made. ${money}`
  return `${piecesText(generation, made)} ready. ${money}`
}

/** How long it has lasted, to now while it runs. */
export function elapsedMs(generation: Pick<Generation, 'createdAt' | 'reopenedAt' | 'finishedAt' | 'timing'>, now: number): number {
  if (generation.finishedAt !== null) {
    return generation.timing?.totalMs ?? Math.max(0, Date.parse(generation.finishedAt) - Date.parse(generation.reopenedAt ?? generation.createdAt))
  }
  return Math.max(0, now - Date.parse(generation.reopenedAt ?? generation.createdAt))
}
