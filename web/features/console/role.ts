import type { Me } from '@/api/model.ts'

type Role = Me['role']

const ranks: readonly Role[] = ['user', 'viewer', 'operator', 'admin']

/** Each role may do what those before it may. The server decides; this only spares people buttons that would be refused. */
export function mayAs(role: Role | undefined, least: Role): boolean {
  return role !== undefined && ranks.indexOf(role) >= ranks.indexOf(least)
}
