import { defineError } from '#lib/errors'

export const InsufficientCredits = defineError<{ requiredCredits: bigint; availableCredits: bigint }>({
  code: 'credits.insufficient',
  kind: 'unpaid',
  title: 'Not enough credits',
  describe: ({ requiredCredits, availableCredits }) =>
    `This needs ${requiredCredits} ${requiredCredits === 1n ? 'credit' : 'credits'} and ${availableCredits} ${availableCredits === 1n ? 'is' : 'are'} available. Nothing was started.`,
  expose: ({ requiredCredits, availableCredits }) => ({
    requiredCredits: Number(requiredCredits),
    availableCredits: Number(availableCredits),
  }),
})
