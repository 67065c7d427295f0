import { createHash } from 'node:crypto'

/** One fingerprint for one request: the same address and the same body, in whatever order its keys came. */
export function requestHash(address: string, body: unknown): string {
  return createHash('sha256').update(`${address}\n${canonical(body)}`).digest('base64url')
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null'
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
  return `{${members.map(([key, member]) => `${JSON.stringify(key)}:${canonical(member)}`).join(',')}}`
}
