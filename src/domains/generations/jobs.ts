import { z } from 'zod'
import type { Consumer, Queue } from '#platform/queue'
import { run, type RunParts } from './run.ts'

const Payload = z.object({ generationId: z.uuid() })

/** The queue edge: a message points to a generation; whether there is anything to do stands in the database. */
export function consumeGenerations(queue: Queue, parts: RunParts, concurrencyMax: number): Promise<Consumer> {
  return queue.consume('image', { concurrencyMax }, async (job) => {
    const payload = Payload.safeParse(job.payload)
    if (!payload.success) {
      // Nothing will ever make sense of it; coming back would only repeat that.
      parts.log.error({ jobId: job.id }, 'a message that points to no generation was dropped')
      return
    }
    await run(parts, payload.data.generationId)
  })
}
