import type { AdminModel, ModelChange } from '../../api/model.ts'
import { isBetween } from './draft.ts'

/** A price as it is typed. With rates each resolution has one, and the default's is the price itself. */
export interface PriceDraft {
  credits: string
  rates: Record<string, string>
  /** In UTC, as `2027-01-31T00:00`; empty is at once. */
  startsAt: string
}

const CREDITS_MAX = 90_071_992_547_409

export function currentPrice({ prices }: AdminModel): AdminModel['prices'][number] | undefined {
  return prices.find(({ state }) => state === 'current')
}

export function futurePrices({ prices }: AdminModel): AdminModel['prices'] {
  return prices.filter(({ state }) => state === 'future')
}

export function priceDraftOf(model: AdminModel): PriceDraft {
  const price = currentPrice(model)
  return { credits: String(price?.credits ?? 1), rates: Object.fromEntries(Object.entries(price?.rates ?? {}).map(([name, credits]) => [name, String(credits)])), startsAt: '' }
}

/** What is wrong with it, by field; empty when it can be added. */
export function priceMistakes({ credits, rates, startsAt }: PriceDraft, now: number): Record<string, string> {
  const wrong = 'A whole number of credits, at least 1.'
  const start = startsAt === '' ? null : Date.parse(`${startsAt}Z`)
  return {
    ...(Object.keys(rates).length === 0 && !isBetween(credits, 1, CREDITS_MAX) ? { credits: wrong } : {}),
    ...Object.fromEntries(Object.entries(rates).filter(([, text]) => !isBetween(text, 1, CREDITS_MAX)).map(([name]) => [name, wrong])),
    ...(start !== null && (Number.isNaN(start) || start < now) ? { startsAt: 'A time that is still to come, or none for at once.' } : {}),
  }
}

export function priceChangeOf(model: AdminModel, { credits, rates, startsAt }: PriceDraft): ModelChange {
  const { limits } = model.seed
  const usual = 'resolution' in limits ? limits.resolution.default : ''
  const numbers = Object.fromEntries(Object.entries(rates).map(([name, text]) => [name, Number(text)]))
  const price = { credits: numbers[usual] ?? Number(credits), rates: numbers, startsAt: startsAt === '' ? null : new Date(`${startsAt}Z`).toISOString() }
  return { id: model.id, expectedVersion: model.version, price }
}
