import type { Db, Queryable, Sql, Tx } from '#platform/db'

/** A database that works like the one it is given and keeps every statement that was sent. */
export class Recorder {
  readonly db: Db
  readonly statements: Sql[] = []

  constructor(db: Db) {
    const record = <T extends Queryable>(target: T): T =>
      new Proxy(target, {
        get: (_, property) => {
          if (property === 'query') return (statement: Sql) => this.#send(target, statement)
          if (property === 'transaction') return (work: (tx: Tx) => Promise<unknown>) => db.transaction((tx) => work(record(tx)))
          const value: unknown = Reflect.get(target, property)
          return typeof value === 'function' ? (value.bind(target) as unknown) : value
        },
      })
    this.db = record(db)
  }

  /** The last one of that name. Without one, nothing was proven. */
  find(name: string): Sql {
    const found = this.statements.findLast((statement) => nameOf(statement) === name)
    if (found === undefined) throw new Error(`${name} was not sent, only ${[...new Set(this.statements.map(nameOf))].join(', ')}`)
    return found
  }

  #send(target: Queryable, statement: Sql): Promise<object[]> {
    this.statements.push(statement)
    return target.query(statement)
  }
}

function nameOf({ name, text }: Sql): string | undefined {
  return name ?? /\/\*\s*([a-z-]+\.[A-Za-z]+)\s*\*\//.exec(text)?.[1]
}
