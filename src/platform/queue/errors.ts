import { defineError } from '#lib/errors'

export const QueueUnreachable = defineError<{ where: string; reason: string }>({
  code: 'queue.unreachable',
  kind: 'unavailable',
  title: 'The queue cannot be reached',
  describe: ({ where, reason }) => `${where} does not answer: ${reason}.`,
})

export const QueueUnsuitable = defineError<{ where: string; reason: string }>({
  code: 'queue.unsuitable',
  kind: 'refused',
  title: 'The queue would lose work',
  describe: ({ where, reason }) => `${where}: ${reason}`,
})
