/**
 * - `not_allowed`: the address itself is refused, by what is written in it; nobody was asked.
 * - `unreachable`: no usable answer, for whatever reason. A name that leads into a private network, a closed port, a failed
 *   handshake and silence are one and the same here, or whoever names addresses could map our network by the answers.
 * - `too_large`, `wrong_type`: a public host answered with what the caller does not take.
 */
export type FetchFailureKind = 'not_allowed' | 'unreachable' | 'too_large' | 'wrong_type'

const sentences: Readonly<Record<FetchFailureKind, string>> = {
  not_allowed: 'This address may not be fetched.',
  unreachable: 'The address could not be fetched.',
  too_large: 'What is at this address is too large.',
  wrong_type: 'What is at this address is of another kind than is taken here.',
}

export class FetchFailure extends Error {
  readonly kind: FetchFailureKind
  /** The same for every failure of a kind. The only part that whoever named the address may see. */
  readonly publicMessage: string
  /** The name led to an address that is not public. For the log and for callers that must not try again. */
  readonly blocked: boolean

  /** `message` is for the log. */
  constructor(kind: FetchFailureKind, message: string, { cause, blocked = false }: { cause?: unknown; blocked?: boolean } = {}) {
    super(message, cause === undefined ? undefined : { cause })
    this.name = 'FetchFailure'
    this.kind = kind
    this.publicMessage = sentences[kind]
    this.blocked = blocked
  }
}
