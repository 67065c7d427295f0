import type { ProviderFailureReason } from '#platform/providers'

/**
 * What happens after each way a call can fail. What is charged then stands in `charge-policy.ts`.
 *
 * `repeatsMax` counts further calls for the same output. An unknown outcome may have been billed to us, so it is repeated once only;
 * the user pays once in any case.
 */
export interface FailurePolicy {
  readonly repeatsMax: number
  readonly pauseMs: number
  /** What the client is told when no call is left. */
  readonly code: string
  readonly message: string
}

export const failurePolicies: Readonly<Record<ProviderFailureReason, FailurePolicy>> = {
  rate: { repeatsMax: 10, pauseMs: 0, code: 'provider.rate_limited', message: 'The provider is taking no more requests at the moment.' },
  provider_fault: { repeatsMax: 2, pauseMs: 500, code: 'provider.failed', message: 'The provider failed to make this.' },
  bad_response: { repeatsMax: 1, pauseMs: 500, code: 'provider.bad_response', message: 'The provider sent an answer that cannot be read.' },
  network: { repeatsMax: 3, pauseMs: 500, code: 'provider.unreachable', message: 'The provider cannot be reached at the moment.' },
  outcome_unknown: { repeatsMax: 1, pauseMs: 0, code: 'provider.outcome_unknown', message: 'The provider did not answer.' },
  output_gone: { repeatsMax: 1, pauseMs: 0, code: 'provider.output_gone', message: 'The provider made this but no longer had it when it was fetched.' },
  bad_output: { repeatsMax: 1, pauseMs: 0, code: 'provider.bad_output', message: 'The provider sent something that is not what it promised.' },
  content_input: { repeatsMax: 0, pauseMs: 0, code: 'provider.content_rejected', message: 'The provider refused the prompt because of its content rules.' },
  content_output: { repeatsMax: 0, pauseMs: 0, code: 'provider.output_rejected', message: 'The provider refused the result because of its content rules.' },
  invalid: { repeatsMax: 0, pauseMs: 0, code: 'provider.input_rejected', message: 'The provider refused one of the settings.' },
  too_large: { repeatsMax: 0, pauseMs: 0, code: 'provider.input_rejected', message: 'The provider refused the request as too large.' },
  model_retired: { repeatsMax: 0, pauseMs: 0, code: 'provider.model_unavailable', message: 'The provider no longer offers this model.' },
  auth: { repeatsMax: 0, pauseMs: 0, code: 'provider.unavailable', message: 'The provider does not accept this installation at the moment. The operator has to look at it.' },
  permission: { repeatsMax: 0, pauseMs: 0, code: 'provider.unavailable', message: 'The provider does not accept this installation at the moment. The operator has to look at it.' },
  quota: { repeatsMax: 0, pauseMs: 0, code: 'provider.unavailable', message: 'The provider does not accept this installation at the moment. The operator has to look at it.' },
}

/** What is made and paid for is not given up while the provider's storage is away for a minute: nothing is called, so nobody is pressed by it. */
const fetchPolicy: FailurePolicy = { ...failurePolicies.network, repeatsMax: 8 }

/** A video costs a hundred images: what may be under way or billed is never sent again by itself. An operator may. `isPaid` of what is made and only has to be fetched. */
export function policyFor(kind: string, reason: ProviderFailureReason, isPaid: boolean): FailurePolicy {
  if (isPaid && reason === 'network') return fetchPolicy
  const policy = failurePolicies[reason]
  return kind === 'video' && (reason === 'outcome_unknown' || reason === 'bad_response') ? { ...policy, repeatsMax: 0 } : policy
}

const PAUSE_MS_MAX = 15_000

/**
 * How long this generation waits before its next try: a pause that doubles, with jitter. What the provider asked for holds up everybody and is waited for
 * where a call asks to begin.
 */
export function pauseBefore({ pauseMs }: FailurePolicy, repeat: number): number {
  return Math.min(pauseMs * 2 ** (repeat - 1), PAUSE_MS_MAX) * (1 + Math.random() * 0.2)
}
