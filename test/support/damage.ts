/** What tests of the laws do to a database, to see that the laws notice. */
import type { Db, Tx } from '#platform/db'

class RolledBack extends Error {}

/** Every check goes, of tables and of types, whatever it is called: the laws must find what the database would have refused. */
const dropChecks = `do $$
  declare one record;
  begin
    for one in select conrelid, conrelid::regclass as relation, contypid::regtype as type, conname from pg_constraint
      where contype = 'c' and connamespace = 'public'::regnamespace
    loop
      if one.conrelid <> 0 then execute format('alter table %s drop constraint %I', one.relation, one.conname);
      else execute format('alter domain %s drop constraint %I', one.type, one.conname); end if;
    end loop;
  end $$`

/**
 * Does the damage (statements parted by semicolons, `$name` standing for an id) with triggers, foreign keys and checks off, looks, and undoes all of it.
 */
export async function lookAtDamage<T>(db: Db, damage: string, ids: Readonly<Record<string, string>>, see: (tx: Tx) => Promise<T>): Promise<T> {
  let seen: { readonly value: T } | undefined
  const undo = new RolledBack()
  await db.transaction(async (tx) => {
    const run = (text: string) => tx.query({ text, values: [], name: undefined })
    await run(dropChecks)
    await run('set local session_replication_role = replica')
    for (const statement of damage.split(';')) await run(statement.replaceAll(/\$([a-z]+)/g, (_, name: string) => `'${ids[name]}'`))
    seen = { value: await see(tx) }
    throw undo
  }).catch((error: unknown) => {
    if (error !== undo) throw error
  })
  return seen!.value
}
