/**
 * Fetching what somebody else named: a person's reference image, a webhook, a vendor's result address.
 * Such an address may point back into our own network, and this is the one place that knows how not to follow it there.
 */
export { FetchFailure, type FetchFailureKind } from './fetch-failure.ts'
export { isPublicAddress } from './public-address.ts'
export { safeFetch, type FetchedAnswer, type SafeFetchOptions } from './safe-fetch.ts'
