import type { Command } from './command.ts'
import { change, changeOptions, readWish } from './credits-change.ts'

export const creditsAdjust: Command = {
  name: 'credits adjust',
  summary: 'Corrects what an account has. It takes only what is available, never what is held.',
  examples: [
    ['--email ada@example.com --amount -40 --reason "granted twice by mistake"', 'take 40 credits'],
    ['--email ada@example.com --amount 40 --reason "taken by mistake"', 'give them back'],
    ['--email ada@example.com --amount -40 --reason "granted twice" --dry-run', 'see what would happen'],
  ],
  options: changeOptions,
  whileServerRuns: 'While the server runs, ask it: POST /api/admin/users/{id}/credits.',
  prepare: (values) => {
    const wish = readWish('adjust', values)
    return (db) => change(db, wish)
  },
}
