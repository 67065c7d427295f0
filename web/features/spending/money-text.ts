const MICRO = 1_000_000

/** `$12.34`; below a dollar as many digits as say something: `$0.035`, `$0.000012`. A minus is written out. */
export function dollarsText(microUsd: number): string {
  const amount = Math.abs(microUsd) / MICRO
  const digits = amount === 0 || amount >= 1 ? 2 : amount >= 0.01 ? 3 : 6
  const text = amount.toLocaleString('en', { minimumFractionDigits: 2, maximumFractionDigits: digits })
  return `${microUsd < 0 ? '−' : ''}$${text}`
}

const reasons: Readonly<Record<string, string>> = {
  outcome_unknown: 'Nobody knows whether it was made', bad_response: 'An answer that cannot be read', content_output: 'Made, and then refused by the provider',
  bad_output: 'The result was no picture or video', output_gone: 'The result was gone before it was fetched', late: 'Ready when nobody waited for it any more',
  duplicate: 'Made twice, because a worker was thought dead',
}

/** Why something was paid for nothing. */
export function wasteText(reason: string): string {
  return reasons[reason] ?? reason
}
