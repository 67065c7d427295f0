import assert from 'node:assert/strict'
import { checkLaws, invariants } from '#domains/credits'
import type { Queryable } from '#platform/db'

/** Proves all books of a database by the laws that the product itself is proven by in production. */
export async function assertLaws(db: Queryable): Promise<void> {
  const broken = (await checkLaws(db, invariants)).filter(({ violations }) => violations > 0)
  assert.deepEqual(broken.map(({ id, name, violations, ids }) => `${id} ${name}: ${violations}, first ${ids[0]}`), [])
}
