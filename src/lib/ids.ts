import { randomFillSync } from 'node:crypto'

const pool = new Uint8Array(16 * 256)
let poolOffset = pool.length
let lastMillis = 0
let sequence = 0

/**
 * A UUIDv7 (RFC 9562): sorts by creation time, so primary keys append to the end of their index.
 *
 * Ids made by one process in one millisecond stay in order through the 12 bits of `rand_a`, used as
 * a counter. Made here and not by the database: the schema's floor is Postgres 15, which has no uuidv7().
 */
export function newId(): string {
  const now = Date.now()
  if (now > lastMillis) {
    lastMillis = now
    sequence = 0
  } else {
    sequence += 1
    if (sequence > 0xfff) {
      lastMillis += 1
      sequence = 0
    }
  }
  if (poolOffset === pool.length) {
    randomFillSync(pool)
    poolOffset = 0
  }
  const random = pool.subarray(poolOffset, poolOffset + 8)
  poolOffset += 8
  random[0] = (random[0]! & 0x3f) | 0x80
  const time = lastMillis.toString(16).padStart(12, '0')
  const tail = Buffer.from(random).toString('hex')
  return `${time.slice(0, 8)}-${time.slice(8)}-7${sequence.toString(16).padStart(3, '0')}-${tail.slice(0, 4)}-${tail.slice(4)}`
}

/** The smallest id that can have been made at that moment: those made since sort after it. */
export function firstIdAt(ms: number): string {
  const time = Math.max(0, Math.floor(ms)).toString(16).padStart(12, '0')
  return `${time.slice(0, 8)}-${time.slice(8)}-7000-8000-000000000000`
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

/** True when the text is shaped like a UUID and may be sent to the database as one. */
export function isId(text: string): boolean {
  return UUID.test(text)
}
