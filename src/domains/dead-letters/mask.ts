/** Fields in which people write. */
const WRITTEN = new Set(['prompt', 'negativePrompt'])
const HARMLESS = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$|^[\w.:-]{1,20}$/i

/**
 * A payload with what a person wrote in it covered, so that it can be shown to whoever works on the queues. Its shape stays, and how long each
 * text was.
 *
 * Of a generation's input the fields that people write are known. Nobody knows what a stray message holds: there every text goes that could be one.
 */
export function mask(payload: unknown, kind: 'input' | 'message'): unknown {
  if (typeof payload === 'string') return kind === 'message' && !HARMLESS.test(payload) ? cover(payload) : payload
  if (Array.isArray(payload)) return payload.map((item) => mask(item, kind))
  if (typeof payload !== 'object' || payload === null) return payload
  return Object.fromEntries(Object.entries(payload).map(([name, value]) => [name, typeof value === 'string' && WRITTEN.has(name) ? cover(value) : mask(value, kind)]))
}

function cover(text: string): string {
  return `••• ${text.length} ${text.length === 1 ? 'character' : 'characters'}`
}
