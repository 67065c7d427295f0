import { defineError } from '#lib/errors'

export const InsufficientCredits = defineError<{ requiredCredits: bigint; availableCredits: bigint }>({
  code: 'credits.insufficient',
  kind: 'unpaid',
  title: 'Not enough credits',
  describe: ({ requiredCredits, availableCredits }) =>
    `This needs ${count(requiredCredits)} and ${availableCredits} ${availableCredits === 1n ? 'is' : 'are'} available. Nothing was started.`,
  expose: ({ requiredCredits, availableCredits }) => ({
    requiredCredits: Number(requiredCredits),
    availableCredits: Number(availableCredits),
  }),
})

export const BelowAvailable = defineError<{ takenCredits: bigint; availableCredits: bigint }>({
  code: 'credits.below_available',
  kind: 'conflict',
  title: 'More than is available',
  describe: ({ takenCredits, availableCredits }) =>
    `${count(takenCredits)} cannot be taken: ${availableCredits} ${availableCredits === 1n ? 'is' : 'are'} available. Nothing was changed.`,
  expose: ({ availableCredits }) => ({ availableCredits: Number(availableCredits) }),
})

function count(credits: bigint): string {
  return `${credits} ${credits === 1n ? 'credit' : 'credits'}`
}
