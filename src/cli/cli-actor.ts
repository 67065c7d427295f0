import { userInfo } from 'node:os'

/** Who is at the command line, as journal and audit log name it. */
export function cliActor(): string {
  return `cli:${osUser()}`
}

export function osUser(): string {
  try {
    return userInfo().username
  } catch {
    // A container may run as a number that has no name.
    return String(process.getuid?.() ?? 'unknown')
  }
}
