import { ProviderFailure, type ProviderFailureReason } from './port.ts'

const PUBLIC_MESSAGE: Partial<Record<ProviderFailureReason, string>> = {
  auth: 'The provider does not accept our account at the moment.',
  permission: 'The provider does not let our account use this model.',
  quota: 'Our spending limit at the provider is reached.',
  rate: 'The provider is busy.',
  invalid: 'The provider does not accept these settings.',
  content_input: 'The prompt was refused by the content rules of the provider.',
  content_output: 'The result was refused by the content rules of the provider.',
  model_retired: 'The provider no longer offers this model.',
  too_large: 'The request is too large for the provider.',
  provider_fault: 'The provider failed.',
  outcome_unknown: 'The connection to the provider was lost before it answered.',
  bad_response: 'The provider answered in a way that could not be understood.',
  network: 'The provider could not be reached.',
  bad_output: 'The provider delivered something unusable.',
  output_gone: 'The result is no longer available at the provider.',
}

/** Longer texts of a vendor are cut before they reach the log. */
const MESSAGE_CHARACTERS_MAX = 500

export interface VendorDetail {
  readonly retryAfterSeconds?: number | null
  readonly field?: string | null
  readonly cause?: unknown
}

/** A failure whose public words are ours, and whose log line is what the vendor said, cut. */
export function vendorFailure(reason: ProviderFailureReason, said: string, detail: VendorDetail = {}): ProviderFailure {
  const publicMessage = PUBLIC_MESSAGE[reason] ?? 'The provider failed.'
  return new ProviderFailure(reason, { ...detail, message: said.slice(0, MESSAGE_CHARACTERS_MAX), publicMessage })
}

/** The vendor answered, and nothing can be had from the answer. */
export function badResponse(message: string, cause?: unknown): ProviderFailure {
  return vendorFailure('bad_response', message, { cause })
}

/** The JSON of an answer that has to be JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw badResponse('the answer is not JSON', cause)
  }
}

/** The JSON of an answer that may come from a proxy on the way; then it is null, and the status has to do. */
export function tryParseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
