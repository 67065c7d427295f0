import type { Db, Queryable, Sql, Tx } from '#platform/db'

type Row = Record<string, unknown>

/** Thrown in the place of an answer. Nothing in the product expects it, so nothing repeats by itself. */
export class Injected extends Error {}

export interface FailingDb extends Db {
  /** Whether the failure has happened. */
  readonly failed: () => boolean
}

/**
 * A database whose `nth` statement fails, counted from 1 over everything that goes through it; the end of a transaction counts as one.
 *
 * `before`: it never reached the database. `after`: it was done and its answer was lost, which outside a transaction
 * means that it is committed.
 */
export function failingDatabase(db: Db, nth: number, when: 'before' | 'after'): FailingDb {
  let count = 0
  const failed = () => count >= nth
  const step = async <T>(work: () => Promise<T>): Promise<T> => {
    count += 1
    const fails = count === nth
    if (fails && when === 'before') throw new Injected(`statement ${nth} did not arrive`)
    const answer = await work()
    if (fails) throw new Injected(`the answer to statement ${nth} was lost`)
    return answer
  }
  const through = (target: Queryable): Queryable => ({ query: <R extends object = Row>(statement: Sql) => step(() => target.query<R>(statement)) })
  const transaction = <T>(work: (tx: Tx) => Promise<T>) =>
    db.transaction(async (tx) => {
      const answer = await work({ ...through(tx), afterCommit: (effect) => tx.afterCommit(effect) })
      return step(() => Promise.resolve(answer))
    })
  return new Proxy(db, {
    get(target, name) {
      if (name === 'failed') return failed
      if (name === 'query') return through(db).query
      if (name === 'transaction') return transaction
      const value: unknown = Reflect.get(target, name)
      return typeof value === 'function' ? value.bind(target) : value
    },
  }) as FailingDb
}

/** A database that does the first statement of this name (as its comment has it) and loses the answer, as when the connection breaks in between. */
export function loseAnswer(db: Db, name: string): FailingDb {
  let lost = false
  const query = async <R extends object = Row>(statement: Sql): Promise<R[]> => {
    const rows = await db.query<R>(statement)
    if (lost || !statement.text.includes(`/* ${name} */`)) return rows
    lost = true
    throw new Injected(`the answer to ${name} was lost`)
  }
  return new Proxy(db, {
    get(target, field) {
      if (field === 'failed') return () => lost
      if (field === 'query') return query
      const value: unknown = Reflect.get(target, field)
      return typeof value === 'function' ? value.bind(target) : value
    },
  }) as FailingDb
}
