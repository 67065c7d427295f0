import type { CallStretch, HealthHour } from '../../api/model.ts'
import { durationText } from '../../ui/duration-text.ts'

/** `98 % of 41`, as exact as a person cares for; never 100 % with a failure in it. A dash where nothing was called. */
export function rateText({ successRate, succeeded, failed }: Pick<CallStretch, 'successRate' | 'succeeded' | 'failed'>): string {
  if (successRate === null) return '–'
  const percent = failed > 0 ? Math.min(99, Math.floor(successRate * 100)) : 100
  return `${percent} % of ${succeeded + failed}`
}

export function pacesText({ p50Ms, p95Ms }: Pick<CallStretch, 'p50Ms' | 'p95Ms'>): string {
  return p50Ms === null || p95Ms === null ? '–' : `${durationText(p50Ms)} · ${durationText(p95Ms)}`
}

/** `tries again in 12 s`; null when the time has come. */
export function countdownText(until: string | null, now: number | null): string | null {
  if (until === null || now === null) return null
  const seconds = Math.ceil((Date.parse(until) - now) / 1_000)
  return seconds <= 0 ? null : `tries again in ${durationText(seconds * 1_000)}`
}

/** How an hour went: nothing called, all well, some failed, most failed. */
export function toneOf({ calls, failed, limited }: Pick<HealthHour, 'calls' | 'failed' | 'limited'>): 'none' | 'good' | 'warning' | 'bad' {
  if (calls === 0) return 'none'
  if (failed * 2 >= calls) return 'bad'
  return failed + limited > 0 ? 'warning' : 'good'
}

export function hourText({ at, calls, failed, limited }: HealthHour): string {
  const time = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' }).format(new Date(at))
  return `${time}: ${calls === 0 ? 'no calls' : [`${calls} ${calls === 1 ? 'call' : 'calls'}`, ...(failed === 0 ? [] : [`${failed} failed`]), ...(limited === 0 ? [] : [`${limited} refused for coming too often`])].join(', ')}`
}

/** The whole day in a sentence, for whoever does not see the strip. */
export function dayText(hours: readonly HealthHour[]): string {
  const sum = (name: 'calls' | 'failed' | 'limited') => hours.reduce((total, hour) => total + hour[name], 0)
  const calls = sum('calls')
  return `In 24 hours: ${calls} ${calls === 1 ? 'call' : 'calls'}, ${sum('failed')} failed, ${sum('limited')} refused for coming too often`
}

const reasons: Readonly<Record<string, string>> = {
  auth: 'the key was refused', permission: 'not allowed', quota: 'the quota is used up', rate: 'too many calls', model_retired: 'the model has ended', provider_fault: 'a fault of the provider',
  bad_response: 'an answer that cannot be read', network: 'not reached', outcome_unknown: 'no answer', output_gone: 'the result was gone', bad_output: 'the result was no picture or video',
}

/** Why a call failed, in words; what has none is shown as it is. */
export function reasonText(reason: string): string {
  return reasons[reason] ?? reason
}
