import type { InputMistake } from '#lib/errors'

/** Keeps of a list what is wanted, in the list's own order, and notes what is wanted and not there. At least one stays. */
export function keep(mistakes: InputMistake[], field: string, offered: readonly string[], wanted: readonly string[] | undefined): readonly string[] {
  if (wanted === undefined) return offered
  const path = `/limits/${field}`
  const foreign = wanted.filter((value) => !offered.includes(value))
  if (foreign.length > 0) mistakes.push({ path, message: offered.length === 0 ? 'is not taken by this model' : `has ${foreign.join(', ')}, and there are only ${offered.join(', ')}` })
  else if (wanted.length === 0) mistakes.push({ path, message: 'must keep at least one' })
  return offered.filter((value) => wanted.includes(value))
}

/** A number that may only become smaller, down to the least. */
export function lower(mistakes: InputMistake[], field: string, { least, most }: { least: number; most: number }, wanted: number | undefined): number {
  if (wanted === undefined) return most
  if (wanted < least || wanted > most) mistakes.push({ path: `/limits/${field}`, message: `must be ${least} to ${most}` })
  return Math.min(wanted, most)
}

/** Notes options that cannot be switched off. */
export function checkOff(mistakes: InputMistake[], switchable: readonly string[], off: readonly string[]): void {
  const foreign = off.filter((option) => !switchable.includes(option))
  if (foreign.length === 0) return
  const there = switchable.length === 0 ? 'this model has none' : `there are ${switchable.join(', ')}`
  mistakes.push({ path: '/limits/optionsOff', message: `has ${foreign.join(', ')}, which cannot be switched off: ${there}` })
}

export function common<Value>(one: readonly Value[], other: readonly Value[]): readonly Value[] {
  return one.filter((value) => other.includes(value))
}
