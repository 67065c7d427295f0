import type { Tx } from '#platform/db'
import type { Role } from '#platform/http'
import { LastAdmin } from './errors.ts'
import { listAdmins, setRole } from './sql.ts'

/**
 * Gives a person another role, in the caller's transaction. Answers the one before; undefined when there is no such person. Refuses `LastAdmin`: somebody
 * always can. Safe to repeat.
 */
export async function changeRole(tx: Tx, { userId, role }: { readonly userId: string; readonly role: Role }): Promise<Role | undefined> {
  // Locked, so that two admins who demote each other at one moment do so one after the other.
  const admins = await listAdmins(tx)
  if (role !== 'admin' && admins.length === 1 && admins[0] === userId) throw new LastAdmin({})
  return setRole(tx, userId, role)
}
