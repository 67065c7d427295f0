import type { DeadLetter, DeadLetterBatch } from '@/api/model.ts'
import { creditsText, numberText } from '../credits/credits-text.ts'

export function lettersText(count: number): string {
  return `${numberText(count)} ${count === 1 ? 'dead letter' : 'dead letters'}`
}

/** What became of the credits of a letter. */
export function moneyText({ credits, state }: Pick<DeadLetter, 'credits' | 'state'>): string {
  if (credits.state === 'none') return 'Nothing was held'
  if (state === 'retried') return `${creditsText(credits.amount)} at the price that was accepted`
  return credits.state === 'waived' ? `Was at no cost; another try holds ${creditsText(credits.amount)}` : `${creditsText(credits.amount)} came back`
}

/** What was asked for, in one line, as far as it may be seen. */
export function payloadText(payload: unknown): string {
  if (typeof payload !== 'object' || payload === null) return typeof payload === 'string' ? payload : JSON.stringify(payload)
  const { prompt, n, size } = payload as Record<string, unknown>
  if (typeof prompt !== 'string') return JSON.stringify(payload)
  return [prompt, ...(typeof n === 'number' ? [n === 1 ? '1 picture' : `${n} pictures`] : []), ...(typeof size === 'string' ? [size] : [])].join(' · ')
}

export function batchText({ state, total, retried, unpayable, skipped, credits }: DeadLetterBatch): string {
  const parts = [
    `${numberText(retried)} of ${numberText(total)} tried again`,
    `${creditsText(credits)} held`,
    ...(unpayable > 0 ? [`${numberText(unpayable)} cannot pay`] : []),
    ...(skipped > 0 ? [`${numberText(skipped)} skipped`] : []),
  ]
  return `${state === 'running' ? 'Trying again' : state === 'done' ? 'Done' : 'Stopped'}: ${parts.join(', ')}`
}

/** How far it is, in percent. */
export function batchPercent({ total, retried, unpayable, skipped }: DeadLetterBatch): number {
  return Math.round((100 * (retried + unpayable + skipped)) / total)
}
