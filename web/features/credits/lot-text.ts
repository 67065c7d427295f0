import type { Lot } from '../../api/model.ts'
import { dayText, relativeTime } from '../../ui/relative-time.ts'
import { creditsText, numberText } from './credits-text.ts'

const DAY_MS = 86_400_000
/** Credits that end within this time are said beside the balance. */
const SOON_DAYS = 14
/** Up to here days are counted; beyond, months say enough. */
const COUNTED_DAYS = 60

/** What is left, the soonest to end first, which is also the order it is used in. */
export function lotsLeft(lots: readonly Lot[]): Lot[] {
  return lots.filter((lot) => lot.remaining > 0).toSorted((a, b) => (a.expiresAt ?? '9999').localeCompare(b.expiresAt ?? '9999'))
}

/** `300 expire on 12 December, in 18 days`. Of a lot past its day only what is held is left. */
export function lotText({ remaining, expiresAt }: Lot, now: number): string {
  const one = remaining === 1
  const amount = numberText(remaining)
  if (expiresAt === null) return `${amount} never ${one ? 'expires' : 'expire'}`
  if (Date.parse(expiresAt) <= now) return `${amount} held past ${one ? 'its' : 'their'} last day, ${dayText(expiresAt, now, 'long')}`
  return `${amount} ${one ? 'expires' : 'expire'} ${expiryText(expiresAt, now)}`
}

/** What will be gone soon, in a sentence, or null. */
export function soonText(lots: readonly Lot[], now: number): string | null {
  const soon = lotsLeft(lots).filter(({ expiresAt }) => expiresAt !== null && Date.parse(expiresAt) > now && Date.parse(expiresAt) <= now + SOON_DAYS * DAY_MS)
  const [first] = soon
  if (first?.expiresAt == null) return null
  const amount = soon.reduce((sum, lot) => sum + lot.remaining, 0)
  const verb = amount === 1 ? 'expires' : 'expire'
  if (soon.every(({ expiresAt }) => expiresAt === first.expiresAt)) return `${creditsText(amount)} ${verb} ${expiryText(first.expiresAt, now)}.`
  return `${creditsText(amount)} ${verb} within ${SOON_DAYS} days, the first ${numberText(first.remaining)} ${expiryText(first.expiresAt, now)}.`
}

function expiryText(iso: string, now: number): string {
  const days = Math.round((Date.parse(iso) - now) / DAY_MS)
  const away = days < 1 || days > COUNTED_DAYS ? relativeTime(iso, now) : new Intl.RelativeTimeFormat('en', { numeric: 'auto' }).format(days, 'day')
  return `on ${dayText(iso, now, 'long')}, ${away}`
}
