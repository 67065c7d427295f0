'use client'

import { useEffect, useState } from 'react'

const listeners = new Set<(text: string) => void>()

/** Says a sentence to whoever listens rather than looks. For starts and ends, not for each step. */
export function announce(text: string): void {
  for (const listener of listeners) listener(text)
}

/** The one polite live region of the app. */
export function Announcer() {
  const [text, setText] = useState('')
  useEffect(() => {
    // The same sentence twice is no change of the page, and nobody would hear it again.
    const say = (next: string) => setText((now) => (now === next ? `${next}\u00a0` : next))
    listeners.add(say)
    return () => void listeners.delete(say)
  }, [])
  return <div role="status" aria-live="polite" className="visually-hidden">{text}</div>
}
