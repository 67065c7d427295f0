import { defineError } from '#lib/errors'

export const DeadLetterMissing = defineError({
  code: 'dead_letter.missing',
  kind: 'missing',
  title: 'There is no such dead letter',
})

export const DeadLetterResolved = defineError<{ state: string }>({
  code: 'dead_letter.resolved',
  kind: 'conflict',
  title: 'This dead letter is not open any more',
  describe: ({ state }) => `It has been ${state}. Nothing was changed.`,
  expose: ({ state }) => ({ state }),
})

export const DeadLetterUnpayable = defineError<{ requiredCredits: bigint; availableCredits: bigint }>({
  code: 'dead_letter.unpayable',
  kind: 'conflict',
  title: 'The account cannot pay for another try',
  describe: ({ requiredCredits, availableCredits }) =>
    `Another try holds ${requiredCredits} credits of which ${availableCredits} are available. Nothing was changed. It can be tried again at no cost.`,
  expose: ({ requiredCredits, availableCredits }) => ({ required: Number(requiredCredits), available: Number(availableCredits) }),
})

export const DeadLetterUnretriable = defineError({
  code: 'dead_letter.unretriable',
  kind: 'refused',
  title: 'This message points to no generation',
  describe: () => 'There is nothing to try again. Discard it once it is clear where it came from.',
})

export const DeadLetterDearer = defineError<{ outputs: number }>({
  code: 'dead_letter.dearer',
  kind: 'refused',
  title: 'The changed input would cost more',
  describe: ({ outputs }) => `The price was accepted for ${outputs} ${outputs === 1 ? 'output' : 'outputs'}; another try may ask for as many or fewer. Nothing was changed.`,
  expose: ({ outputs }) => ({ errors: [{ path: '/input/n', message: `may be at most ${outputs}` }] }),
})

export const PurgeUnconfirmed = defineError<{ count: number }>({
  code: 'dead_letter.unconfirmed',
  kind: 'conflict',
  title: 'The number to confirm does not match',
  describe: ({ count }) => `The filter matches ${count} dead letters at this moment, and \`confirm\` has to say that number. Nothing was deleted.`,
  expose: ({ count }) => ({ count }),
})

export const BatchMissing = defineError({
  code: 'dead_letter.batch_missing',
  kind: 'missing',
  title: 'There is no such batch',
})
