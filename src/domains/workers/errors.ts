import { defineError } from '#lib/errors'

export const LaneMissing = defineError({
  code: 'queue.missing',
  kind: 'missing',
  title: 'There is no such queue',
})

export const WorkerMissing = defineError({
  code: 'worker.missing',
  kind: 'missing',
  title: 'There is no such worker',
  describe: () => 'No worker process of this id is running. It may have ended in the meantime.',
})
