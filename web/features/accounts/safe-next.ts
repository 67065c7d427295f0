/**
 * The page to return to after signing in. Only a path of this site is let through: `//host`, `/\host` and
 * anything with a scheme would leave it, and control characters are dropped by browsers before they look.
 */
export function safeNext(next: string | null | undefined): string {
  if (typeof next !== 'string' || !/^\/(?![/\\])[^\\\u0000-\u001f\u007f]*$/.test(next)) return '/'
  return /^\/sign-(in|up)(?=$|[/?#])/.test(next) ? '/' : next
}

/** The sign-in address that leads back to where the person is now. */
export function signInHref(path: string): string {
  const next = safeNext(path)
  return next === '/' ? '/sign-in' : `/sign-in?next=${encodeURIComponent(next)}`
}
