import { startRepeating } from '#lib/repeat'
import { collectOutputs } from './collect-outputs.ts'
import { type ExpiringParts, OutputExpiry } from './expire-outputs.ts'

const EVERY_MS = 10 * 60_000

/** Removes outputs past their time, and objects that nobody needs, until the answer is called, which waits for what is under way. Any number of processes may do it. */
export function startEndingLifetimes(parts: ExpiringParts): () => Promise<void> {
  const { log, retention } = parts
  const expiry = new OutputExpiry(parts)
  const stops = [
    startRepeating({
      everyMs: EVERY_MS,
      onError: (error) => log.error({ err: error }, 'removing outputs past their time failed'),
      work: async () => {
        const generations = await expiry.sweep()
        if (generations > 0) log.info({ generations, retention: Object.fromEntries(retention) }, 'outputs were removed that were past their time')
      },
    }),
    startRepeating({
      everyMs: EVERY_MS,
      onError: (error) => log.error({ err: error }, 'collecting leftovers of generations failed'),
      work: async () => {
        const { looked, leftovers, strangers } = await collectOutputs(parts)
        if (leftovers > 0) log.info({ looked, leftovers }, 'objects that no generation needs were removed')
        if (strangers > 0) log.warn({ looked, strangers }, 'objects in the storage are of generations that this database does not know; they were left alone')
      },
    }),
  ]
  return async () => void (await Promise.all(stops.map((stop) => stop())))
}
