'use client'

import { exactTime, relativeTime } from './relative-time.ts'
import classes from './time.module.css'
import { useNow } from './use-now.ts'

/** A time as a person says it, with the exact instant on hover and, where it may take focus, on focus. */
export function Time({ iso, focusable = false }: { iso: string; focusable?: boolean }) {
  const now = useNow(30_000)
  if (now === null) return <time dateTime={iso}>{'\u00a0'}</time>
  const exact = exactTime(iso)
  return (
    <time dateTime={iso} className={classes.time} data-exact={exact} title={focusable ? undefined : exact} tabIndex={focusable ? 0 : undefined}>
      {relativeTime(iso, now)}
      {focusable && <span className="visually-hidden">, {exact}</span>}
    </time>
  )
}
