import type { GenerationInput } from '../../api/model.ts'

/** What a price is asked for. */
export interface Wanted {
  kind: 'image' | 'video'
  model: string
  input: GenerationInput
}

/** A quote is renewed this long before it ends, so that one on the button is good for a press. */
const MARGIN_MS = 60_000
/** A clock that is wrong must not make the app ask without end. */
const LIFE_MIN_MS = 60_000

/** How long after it was read a quote is used. */
export function quoteLifeMs(expiresAt: string, readAt: number): number {
  return Math.max(LIFE_MIN_MS, Date.parse(expiresAt) - readAt - MARGIN_MS)
}

/** Whether two wishes differ in their words alone. */
export function sameSettings(a: Wanted | null | undefined, b: Wanted | null | undefined): boolean {
  return a != null && b != null && JSON.stringify(withoutPrompt(a)) === JSON.stringify(withoutPrompt(b))
}

const withoutPrompt = ({ model, input: { prompt: _, ...settings } }: Wanted): unknown[] => [model, Object.entries(settings).toSorted(([a], [b]) => (a < b ? -1 : 1))]
