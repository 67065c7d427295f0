'use client'

import { usePathname, useSearchParams } from 'next/navigation'
import { useCallback, useEffect, useState } from 'react'

interface UrlFilter {
  read: (name: string) => string | undefined
  write: (name: string, value: string | undefined) => void
}

/**
 * Filters that live in the address, so that a list can be linked, reloaded and gone back to. A change shows
 * at once; the address follows in the same breath, and wins when it changes by itself.
 */
export function useUrlFilter(): UrlFilter {
  const address = useSearchParams().toString()
  const path = usePathname()
  const [query, setQuery] = useState(address)
  useEffect(() => setQuery(address), [address])

  const write = useCallback((name: string, value: string | undefined) => {
    const next = new URLSearchParams(window.location.search)
    if (value === undefined || value === '') next.delete(name)
    else next.set(name, value)
    setQuery(next.toString())
    window.history.replaceState(null, '', next.size === 0 ? path : `${path}?${next}`)
  }, [path])

  const params = new URLSearchParams(query)
  return { read: (name) => params.get(name) ?? undefined, write }
}
