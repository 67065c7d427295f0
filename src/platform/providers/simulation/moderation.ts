// Small on purpose: enough to meet a refusal by hand, too little to get in anyone's way.
const OBJECTIONABLE = /\b(forbidden|gore|gory|beheading|torture|nsfw|nude|nudity|explicit)\b/i

/** True when a vendor's moderation would plausibly refuse the prompt. */
export function isObjectionable(prompt: string): boolean {
  return OBJECTIONABLE.test(prompt)
}
