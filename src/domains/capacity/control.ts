import type { Db, Tx } from '#platform/db'
import { ProviderMissing } from './errors.ts'
import { clearPause, getLimit, insertControl, setLimit, setPause, setSlots } from './sql.ts'

interface Which {
  readonly provider: string
  /** Null for all kinds of the provider. */
  readonly kind: string | null
}

/**
 * Makes the provider known, with the limit of the settings. One that an operator has changed stays as it was changed. Safe to repeat, from any
 * number of processes; those with different settings overwrite each other.
 */
export async function limitFromSettings(db: Db, { provider, kind, concurrencyMax }: { provider: string; kind: string; concurrencyMax: number | null }): Promise<void> {
  await db.transaction(async (tx) => {
    await insertControl(tx, provider, kind)
    const limit = await getLimit(tx, provider, kind)
    if (limit === undefined || limit.limitedBy !== 'settings' || limit.concurrencyMax === concurrencyMax) return
    await setSlots(tx, provider, kind, concurrencyMax)
    await setLimit(tx, { provider, kind, concurrencyMax, by: 'settings' })
  })
}

/** How many calls the provider may have under way over all processes; null for any number. What runs beyond a lower limit ends by itself. */
export async function changeLimit(tx: Tx, limit: { provider: string; kind: string; concurrencyMax: number | null; by: string }): Promise<void> {
  // Slots before the control, as everywhere.
  await setSlots(tx, limit.provider, limit.kind, limit.concurrencyMax)
  if (!(await setLimit(tx, limit))) throw new ProviderMissing({})
}

/** No call begins until somebody resumes it. What is under way ends. Refuses `ProviderMissing`. Safe to repeat. */
export async function pauseProvider(tx: Tx, pause: Which & { readonly by: string; readonly reason: string }): Promise<void> {
  if ((await setPause(tx, pause)) === 0) throw new ProviderMissing({})
}

/** Ends a pause, an operator's or the vendor's, and lets an open breaker try at once. Refuses `ProviderMissing`. Safe to repeat. */
export async function resumeProvider(tx: Tx, { provider, kind }: Which): Promise<void> {
  if ((await clearPause(tx, provider, kind)) === 0) throw new ProviderMissing({})
}
