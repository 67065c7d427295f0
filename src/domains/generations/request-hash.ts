import { fingerprint } from '#lib/fingerprint'

/** One fingerprint for one request: the same address and the same body, in whatever order its keys came. */
export function requestHash(address: string, body: unknown): string {
  return fingerprint(address, body)
}
