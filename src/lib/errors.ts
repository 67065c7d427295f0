/**
 * What kind of "no" a refusal is. A domain states the kind; each edge translates it once
 * (HTTP status, job outcome, CLI exit code), so no handler maps errors by hand.
 */
export type ErrorKind =
  | 'invalid'
  | 'unauthenticated'
  | 'forbidden'
  | 'unpaid'
  | 'missing'
  | 'gone'
  | 'conflict'
  | 'refused'
  | 'limited'
  | 'unavailable'
  | 'bug'

/** One mistake in the caller's input; `path` is a JSON pointer into the body, query or parameters. */
export interface InputMistake {
  readonly path: string
  readonly message: string
}

/**
 * A refusal that a stranger may read. `title`, `message` and `members` leave the house;
 * `cause` goes to the log and nowhere else.
 */
export class Refusal extends Error {
  readonly code: string
  readonly kind: ErrorKind
  readonly title: string
  /** Extra problem+json members: plain JSON, safe to show. */
  readonly members: Readonly<Record<string, unknown>>

  constructor(definition: ErrorDefinition<never>, text: string, members: Record<string, unknown>, cause?: unknown) {
    super(text, cause === undefined ? undefined : { cause })
    this.name = definition.code
    this.code = definition.code
    this.kind = definition.kind
    this.title = definition.title
    this.members = members
  }
}

interface ErrorDefinition<Detail> {
  readonly code: string
  readonly kind: ErrorKind
  readonly title: string
  /** The sentence for the person who meets it. Without it the title is all there is to say. */
  readonly describe?: (detail: Detail) => string
  /** Which parts of the detail leave the house as members of the problem. None unless listed. */
  readonly expose?: (detail: Detail) => Record<string, unknown>
}

/** A constructor of one refusal, carrying its code so that routes can declare it. */
export interface RefusalType<Detail> {
  new (detail: Detail, options?: { cause?: unknown }): Refusal
  readonly code: string
  readonly kind: ErrorKind
  readonly title: string
}

/** Every code defined so far, so that a test can hold the reference page against it. */
export const definedErrors = new Map<string, { code: string; kind: ErrorKind; title: string }>()

/**
 * Defines one refusal. Codes read `domain.reason`; a retired code is never reused.
 * Defining the same code twice is a bug and throws at load time.
 */
export function defineError<Detail extends object = Record<never, never>>(
  definition: ErrorDefinition<Detail>,
): RefusalType<Detail> {
  const { code, kind, title } = definition
  if (definedErrors.has(code)) throw new Error(`error code ${code} is defined twice`)
  definedErrors.set(code, { code, kind, title })
  return class extends Refusal {
    static readonly code = code
    static readonly kind = kind
    static readonly title = title
    constructor(detail: Detail, options?: { cause?: unknown }) {
      super(definition, definition.describe?.(detail) ?? title, definition.expose?.(detail) ?? {}, options?.cause)
    }
  }
}

/** A list was asked to continue from a place that it never handed out. */
export const InvalidCursor = defineError({
  code: 'request.invalid_cursor',
  kind: 'invalid',
  title: 'This cursor was not handed out by this list',
})
