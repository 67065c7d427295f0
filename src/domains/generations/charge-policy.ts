import type { OutputRow, Session } from './model.ts'
import { isFinal } from './model.ts'

/**
 * Whether a person is charged, for every way in which a generation can stand or end: the one source of what the interface answers, of the
 * page "Were you charged?" and of docs/reference/charges.md.
 *
 * The rule behind all rows is one: exactly what is stored is charged (`end-generation.ts`). What the provider bills us for besides is our loss.
 */
export interface ChargePolicy {
  /** When this is so, for the reference. */
  readonly when: string
  /** What the person pays. */
  readonly charged: 'nothing yet' | 'nothing' | 'what was delivered'
  /** Whether the provider may bill the operator for what the person does not pay. */
  readonly operatorPays: 'no' | 'perhaps'
  /** What the person is told. */
  readonly reason: string
  /** The error codes by which a failed generation belongs here. */
  readonly codes?: readonly string[]
}

const FAILED = 'It came to nothing, so everything that was held went back.'

export const chargePolicies = {
  open: { when: 'It waits or is being made', charged: 'nothing yet', operatorPays: 'no', reason: 'The credits are held. You pay only for what arrives.' },
  delivered: { when: 'Everything was delivered', charged: 'what was delivered', operatorPays: 'no', reason: 'Everything you asked for was delivered.' },
  partial: { when: 'A part was delivered: some outputs failed, or the deadline passed', charged: 'what was delivered', operatorPays: 'perhaps', reason: 'Only what was delivered is charged; the rest of the hold went back.' },
  waived: { when: 'An operator had it tried again at no cost', charged: 'nothing', operatorPays: 'no', reason: 'It was tried again at no cost to you.' },
  cancelled_before_start: { when: 'Cancelled before work on it had begun', charged: 'nothing', operatorPays: 'no', reason: 'You stopped it before it had begun. Everything that was held went back.' },
  cancelled_after_start: {
    when: 'Cancelled while it was being made', charged: 'what was delivered', operatorPays: 'perhaps',
    reason: 'You stopped it. What had been delivered by then is charged; the rest of the hold went back.',
  },
  refused_input: {
    when: 'The provider refused the prompt or a setting, before making anything', charged: 'nothing', operatorPays: 'no',
    reason: 'The provider refused the request before making anything. Everything that was held went back.', codes: ['provider.content_rejected', 'provider.input_rejected'],
  },
  refused_output: {
    when: 'The provider made it and then refused to hand it out', charged: 'nothing', operatorPays: 'perhaps',
    reason: 'The provider refused what it had made. You do not pay for what you did not get.', codes: ['provider.output_rejected'],
  },
  input_missing: {
    when: 'A picture that the request names was deleted before it was used', charged: 'nothing', operatorPays: 'no',
    reason: 'A picture to work from was deleted before anything was made from it. Everything that was held went back.', codes: ['generation.input_missing'],
  },
  provider_failed: {
    when: 'The provider failed, could not be reached, took no more requests, or sent nothing usable, as often as it was asked', charged: 'nothing', operatorPays: 'perhaps', reason: FAILED,
    codes: ['provider.failed', 'provider.bad_response', 'provider.unreachable', 'provider.rate_limited', 'provider.output_gone', 'provider.bad_output'],
  },
  provider_refused_us: {
    when: 'The provider does not accept this installation, or no longer offers the model', charged: 'nothing', operatorPays: 'no', reason: FAILED,
    codes: ['provider.unavailable', 'provider.model_unavailable'],
  },
  model_unoffered: {
    when: 'Its model was stopped or switched off before work on it had begun, and no other takes the same input at its price or less', charged: 'nothing', operatorPays: 'no',
    reason: 'The model is no longer offered. Everything that was held went back.', codes: ['generation.model_unoffered'],
  },
  not_simulated: {
    when: 'It was to be simulated, and the key of its provider came before it was made', charged: 'nothing', operatorPays: 'no',
    reason: 'It was to be simulated, and its provider is asked itself now. Everything that was held went back.', codes: ['generation.not_simulated'],
  },
  outcome_unknown: {
    when: 'The connection was lost during the call, and again when it was repeated: nobody knows whether it was made', charged: 'nothing', operatorPays: 'perhaps',
    reason: 'The provider did not answer. Whether it made something is not known, and not your loss: everything that was held went back.', codes: ['provider.outcome_unknown'],
  },
  deadline: {
    when: 'Nothing was there when the deadline passed', charged: 'nothing', operatorPays: 'perhaps',
    reason: 'Nothing was there in time. Everything that was held went back.', codes: ['generation.deadline'],
  },
  failed: {
    when: 'Something of ours failed', charged: 'nothing', operatorPays: 'perhaps', reason: FAILED, codes: ['generation.crashed', 'generation.failed'],
  },
} as const satisfies Record<string, ChargePolicy>

export type ChargeClass = keyof typeof chargePolicies

export const chargeClasses = Object.keys(chargePolicies) as [ChargeClass, ...ChargeClass[]]

type Facts = Pick<Session, 'status' | 'waived' | 'startedAt' | 'outputsWanted' | 'errorCode'>

/** In which of the classes a generation is. Pure. */
export function chargeClassOf(session: Facts, outputs: readonly Pick<OutputRow, 'state'>[]): ChargeClass {
  if (session.waived) return 'waived'
  if (!isFinal(session.status)) return 'open'
  if (session.status === 'cancelled') return session.startedAt === null ? 'cancelled_before_start' : 'cancelled_after_start'
  if (session.status === 'succeeded') return outputs.filter(({ state }) => state === 'stored').length < session.outputsWanted ? 'partial' : 'delivered'
  return chargeClasses.find((name) => (chargePolicies[name] as ChargePolicy).codes?.includes(session.errorCode ?? '')) ?? 'failed'
}

/** "Were you charged?", with the answer for this generation. */
export function chargeView(name: ChargeClass, credits: bigint): { credits: number; class: ChargeClass; reason: string } {
  return { credits: Number(credits), class: name, reason: chargePolicies[name].reason }
}
