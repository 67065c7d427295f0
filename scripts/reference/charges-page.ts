import { chargePolicies, type ChargePolicy } from '#domains/generations'

/** The reference page of what is charged when, from the policy that the product answers by. */
export function chargesPage(): string {
  const rows = Object.entries<ChargePolicy>(chargePolicies).map(([name, { when, charged, operatorPays, codes = [] }]) => {
    const errors = codes.map((code) => `\`${code}\``).join(', ')
    return `| \`${name}\` | ${when} | ${charged} | ${operatorPays} | ${errors} |`
  })
  return `# What is charged

Generated from \`src/domains/generations/charge-policy.ts\` by \`npm run reference\`.

The rule is one: **exactly what is stored is charged**, at the price the request was accepted at (or, where a cheaper model took the place of its own, at that one's), and the rest of the hold goes back in the same transaction. A request that is refused (400, 402, 404,
409, 410) is not begun: nothing is held. The answer for one generation is in its \`charged\`: the credits, the class from this table, and a sentence for people.

| \`charged.class\` | When | The person pays | The provider may bill the operator for more | \`error.code\` |
|---|---|---|---|---|
${rows.join('\n')}

An answer that comes after the end (cancelled, past the deadline, given to another worker) changes nothing: it is thrown away, nobody is charged for it, and the provider may bill the operator. A call whose outcome
is unknown is repeated once at the operator's cost; a person pays once in any case.
`
}
