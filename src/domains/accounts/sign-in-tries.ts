import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible'
import { TooManyTries } from './errors.ts'

const FAILURES_MAX = 5
const WINDOW_SECONDS = 15 * 60

/**
 * Counts failed sign-ins per client and address, so that passwords cannot be guessed. A success forgets the failures;
 * other clients are not locked out by somebody's guessing.
 *
 * Counted in this process alone.
 */
export class SignInTries {
  readonly #failures = new RateLimiterMemory({ points: FAILURES_MAX, duration: WINDOW_SECONDS })

  /** Refuses `TooManyTries` when the client has failed too often for this address. */
  async check(client: string, email: string): Promise<void> {
    const state = await this.#failures.get(keyOf(client, email))
    if (state !== null && state.consumedPoints >= FAILURES_MAX) throw toRefusal(state)
  }

  async failed(client: string, email: string): Promise<void> {
    await this.#failures.consume(keyOf(client, email)).catch((state: unknown) => {
      if (!(state instanceof RateLimiterRes)) throw state
    })
  }

  async succeeded(client: string, email: string): Promise<void> {
    await this.#failures.delete(keyOf(client, email))
  }
}

function toRefusal(state: RateLimiterRes): Error {
  return new TooManyTries({ retryAfterSeconds: Math.ceil(state.msBeforeNext / 1_000) })
}

function keyOf(client: string, email: string): string {
  return `${client} ${email.trim().toLowerCase()}`
}
