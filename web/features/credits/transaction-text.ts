const kinds: Record<string, string> = {
  grant: 'Added',
  capture: 'Taken for what arrived',
  expire: 'Expired',
  adjust: 'Corrected by the operator',
  clawback: 'Taken back',
  hold: 'Held',
  release: 'Released',
}

const sources: Record<string, string> = {
  seed: 'To try it with',
  welcome: 'Welcome credits',
  admin: 'From the operator',
  coupon: 'From a coupon',
  subscription: 'From your plan',
  purchase: 'Bought',
}

export const statementKinds = ['grant', 'capture', 'expire', 'adjust', 'clawback'] as const

/** A movement's kind in words. A kind we do not know yet is shown readable rather than hidden. */
export function kindText(kind: string): string {
  return kinds[kind] ?? readable(kind)
}

/** A lot's source in words: `welcome` reads `Welcome credits`. */
export function sourceText(source: string): string {
  return sources[source] ?? readable(source)
}

function readable(code: string): string {
  const words = code.replaceAll(/[_.-]+/g, ' ').trim()
  return words.charAt(0).toUpperCase() + words.slice(1)
}
