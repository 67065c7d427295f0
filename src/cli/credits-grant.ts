import { type Command, UsageError } from './command.ts'
import { change, changeOptions, readWish } from './credits-change.ts'

export const creditsGrant: Command = {
  name: 'credits grant',
  summary: 'Gives credits to an account, as a lot of their own.',
  examples: [
    ['--email ada@example.com --amount 500 --reason "for the outage on Tuesday"', 'give 500 credits'],
    ['--email ada@example.com --amount 50 --reason "trial" --expires-at 2027-01-31T00:00:00Z', 'give credits that expire'],
    ['--account 0199c0de-8f3a-7000-8000-5d0c2b1a9e44 --amount 500 --reason "trial" --dry-run', 'see what would happen'],
  ],
  options: changeOptions,
  whileServerRuns: 'While the server runs, ask it: POST /api/admin/users/{id}/credits.',
  prepare: (values) => {
    const wish = readWish('grant', values)
    if (wish.amount < 0n) throw new UsageError('A grant gives: --amount is above 0. To take credits: cooly credits adjust.')
    return (db) => change(db, wish)
  },
}
