const DEPTH_MAX = 32

/**
 * True when a string may be stored and searched as text: no NUL, which Postgres refuses, and no half of
 * a surrogate pair, which UTF-8 cannot carry.
 */
export function isText(text: string): boolean {
  return text.isWellFormed() && !text.includes('\u0000')
}

/** True when every string and every key inside a parsed JSON value is text and no key names a prototype. */
export function isCleanJson(value: unknown): boolean {
  if (typeof value === 'string') return isText(value)
  if (typeof value !== 'object' || value === null) return true
  if (Array.isArray(value)) return value.every(isCleanJson)
  return Object.entries(value).every(([key, item]) => key !== '__proto__' && isText(key) && isCleanJson(item))
}

/**
 * True when brackets nest no deeper than 32. Runs over the text before it is parsed, so that neither the
 * parser nor a recursive walk ever meets a deep value.
 */
export function isShallowJson(json: string): boolean {
  let depth = 0
  let inString = false
  for (let at = 0; at < json.length; at += 1) {
    const code = json.charCodeAt(at)
    if (inString) {
      if (code === BACKSLASH) at += 1
      else if (code === QUOTE) inString = false
    } else if (code === QUOTE) inString = true
    else if (code === OPEN_BRACKET || code === OPEN_BRACE) {
      depth += 1
      if (depth > DEPTH_MAX) return false
    } else if (code === CLOSE_BRACKET || code === CLOSE_BRACE) depth -= 1
  }
  return true
}

const QUOTE = 0x22
const BACKSLASH = 0x5c
const OPEN_BRACKET = 0x5b
const CLOSE_BRACKET = 0x5d
const OPEN_BRACE = 0x7b
const CLOSE_BRACE = 0x7d
