const whole = new Intl.NumberFormat('en')

/** `1 credit`, `1,000 credits`. */
export function creditsText(amount: number): string {
  return `${whole.format(amount)} ${Math.abs(amount) === 1 ? 'credit' : 'credits'}`
}

export function numberText(amount: number): string {
  return whole.format(amount)
}

/** A change with its sign, always written out: money is never told by colour. */
export function changeText(amount: number): string {
  if (amount === 0) return '0'
  return `${amount > 0 ? '+' : '−'}${whole.format(Math.abs(amount))}`
}

/** What the generate button says, so that the number pressed is the number held. */
export function generateLabel(price: number): string {
  return `Generate · ${creditsText(price)}`
}

/** Why the button is off, or null when the credits are there. An unknown balance is the server's to refuse. */
export function shortfallText(needed: number, available: number | undefined): string | null {
  if (available === undefined || available >= needed) return null
  return `This needs ${creditsText(needed)} and you have ${whole.format(available)}.`
}

/** Where the money of one generation stands, in a sentence. */
export function moneyText(credits: { held: number; captured: number; released: number }, ended: boolean): string {
  if (!ended) return `${creditsText(credits.held)} held. You pay only for what arrives.`
  const taken = credits.captured === 0 ? 'Nothing was charged' : `${creditsText(credits.captured)} taken`
  if (credits.released === 0) return `${taken}.`
  return `${taken}, ${credits.captured === 0 ? creditsText(credits.released) : whole.format(credits.released)} came back.`
}

/** The answer to "Were you charged?". The reason is the server's. */
export function chargedText({ credits, class: name, reason }: { credits: number; class: string; reason: string }): string {
  if (name === 'open') return `Not yet. ${reason}`
  return credits === 0 ? `No. ${reason}` : `Yes, ${creditsText(credits)}. ${reason}`
}
