/** One statement: constant text with numbered parameters, and the name it goes by in logs and plans. */
export interface Sql {
  readonly text: string
  readonly values: readonly unknown[]
  /** From the leading comment, `/* domain.name *\/`. Named statements are prepared once per connection. */
  readonly name: string | undefined
}

const NAME = /^\s*\/\*\s*([a-z-]+\.[A-Za-z]+)\s*\*\//
const texts = new WeakMap<TemplateStringsArray, { text: string; name: string | undefined }>()

/**
 * Builds a statement from a template. Every interpolated value travels as a parameter, never as text,
 * so the text of one call site is constant and can be prepared.
 *
 * Arrays go over as Postgres arrays; use `json()` for a JSON column.
 */
export function sql(strings: TemplateStringsArray, ...values: unknown[]): Sql {
  let known = texts.get(strings)
  if (known === undefined) {
    const text = strings.reduce((all, part, position) => `${all}$${position}${part}`)
    known = { text, name: NAME.exec(text)?.[1] }
    texts.set(strings, known)
  }
  return { text: known.text, values, name: known.name }
}

/** A value for a json or jsonb parameter. The drivers disagree about JavaScript arrays, so it goes as text. */
export function json(value: unknown): string {
  return JSON.stringify(value)
}
