'use client'

import { useSyncExternalStore } from 'react'
import { SCHEME_EVENT, SCHEME_KEY } from './scheme-script.ts'

export type ColorScheme = 'auto' | 'light' | 'dark'

const changed = new Set<() => void>()

export function useColorScheme(): [ColorScheme, (scheme: ColorScheme) => void] {
  return [useSyncExternalStore(subscribe, read, () => 'auto' as const), choose]
}

function read(): ColorScheme {
  try {
    const stored = localStorage.getItem(SCHEME_KEY)
    return stored === 'light' || stored === 'dark' ? stored : 'auto'
  } catch {
    return 'auto'
  }
}

function choose(scheme: ColorScheme): void {
  try {
    if (scheme === 'auto') localStorage.removeItem(SCHEME_KEY)
    else localStorage.setItem(SCHEME_KEY, scheme)
  } catch {
    // Without storage the system decides.
  }
  window.dispatchEvent(new Event(SCHEME_EVENT))
  for (const notify of changed) notify()
}

function subscribe(notify: () => void): () => void {
  changed.add(notify)
  return () => void changed.delete(notify)
}
