import type { AdminModel, ModelCheck, ModelFinding } from '../../api/model.ts'
import { creditsText } from '../credits/credits-text.ts'

/** `4 credits a picture`; of a price by resolution the dearest, too. */
export function priceText({ credits, unit, rates }: AdminModel['prices'][number]): string {
  const noun = unit === 'image' ? 'picture' : 'second'
  const dearest = Math.max(credits, ...Object.values(rates))
  return `${creditsText(credits)} a ${noun}${dearest > credits ? `, up to ${creditsText(dearest)}` : ''}`
}

export function findingText({ kind, told, applied, source, simulated }: ModelFinding): string {
  const who = `${simulated ? 'The simulator' : 'The provider'}${source === 'list' ? '\'s list' : ''}`
  if (kind === 'unknown_model') return `${who} does not name it`
  if (kind === 'deprecation') return `${who} calls it deprecated${told === '' ? '' : ` since ${told.slice(0, 10)}`}`
  return `${who} says that it ends on ${told.slice(0, 10)}. ${applied ? 'That was taken over' : 'That was not taken over'}`
}

/** What came of the last question to the providers. */
export function checkText(check: ModelCheck | null): string {
  if (check === null) return 'The providers have not been asked about their models yet'
  if (check.finishedAt === null) return 'The providers are being asked about their models'
  const [asked, failed] = [check.providers.filter(({ outcome }) => outcome === 'asked'), check.providers.filter(({ outcome }) => outcome === 'failed')]
  const parts = [
    asked.length === 0 ? 'No provider that is set up has a list of models' : `${asked.map(({ provider, kind }) => `${provider} (${kind}s)`).join(', ')} answered`,
    ...(failed.length === 0 ? [] : [`${failed.map(({ provider, kind }) => `${provider} (${kind}s)`).join(', ')} did not answer`]),
  ]
  return parts.join('; ')
}
