import { hash } from 'node:crypto'

/** One fingerprint for one JSON value under one name, in whatever order its keys came. Members that are undefined count as absent. */
export function fingerprint(name: string, value: unknown): string {
  return hash('sha256', `${name}\n${canonical(value)}`, 'base64url')
}

function canonical(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null'
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  let text = ''
  for (const key of Object.keys(value).sort()) {
    const member = (value as Record<string, unknown>)[key]
    if (member !== undefined) text += `${text === '' ? '' : ','}${JSON.stringify(key)}:${canonical(member)}`
  }
  return `{${text}}`
}
