import { findModel, PriceList, Quotes } from '#domains/catalog'
import { type Db, openDatabase } from '#platform/db'
import { Realtime } from '#platform/realtime'
import { openMetrics } from '#platform/telemetry'
import { createClone, openTestDatabase, postgresUrl } from '#test/database'
import { Admission } from '../../../src/domains/generations/admission.ts'
import { type Meter, openMeter } from '../../../src/domains/generations/meter.ts'
import type { SubmitParts } from '../../../src/domains/generations/submit.ts'

/** A database for some runs, and what stands before it. */
export interface Office extends SubmitParts {
  readonly realtime: Realtime
  readonly meter: Meter
  readonly price: number
  close(): Promise<void>
}

export const MODEL = findModel('image', 'seedream4')

export async function openOffice(): Promise<Office> {
  const { db, close } = await openRunDatabase()
  const prices = await PriceList.open(db, () => undefined)
  const realtime = new Realtime(db, () => undefined)
  return {
    db, prices, realtime, quotes: new Quotes(db, prices), admission: new Admission(db), meter: openMeter(openMetrics({ processMetrics: false })),
    price: Number(prices.current(MODEL.id).credits),
    close: async () => {
      await prices.close()
      await realtime.close()
      await close()
    },
  }
}

/** One at a time, and put away at once: the laws are proven over all rows, so there should not be too many. */
async function openRunDatabase(): Promise<{ db: Db; close: () => Promise<unknown> }> {
  if (postgresUrl === null) return { db: await openTestDatabase('embedded'), close: () => Promise.resolve() }
  const { url, drop } = await createClone()
  const db = await openDatabase({ url, directory: null, connectionsMax: 12, onIdleError: () => undefined })
  const close = async () => {
    await db.close()
    await drop()
  }
  return { db, close }
}
