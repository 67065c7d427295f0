'use client'

import { useRouter } from 'next/navigation'
import { lazy, Suspense, useEffect, useRef, useState, type ReactNode } from 'react'
import { usePlaces } from './rail.tsx'

/** Fetched when it is first asked for. */
const KeyboardSheet = lazy(async () => ({ default: (await import('./keyboard-sheet.tsx')).KeyboardSheet }))

/** How long after `g` its second letter may come. */
const SEQUENCE_MS = 1_200
const OFF_KEY = 'cooly.single-keys'

/** Single letters move through the app, except while something is being written, and not at all for who turns them off. */
export function Keyboard({ children }: { children: (openSheet: () => void) => ReactNode }) {
  const router = useRouter()
  const places = usePlaces()
  const [open, setOpen] = useState(false)
  const [enabled, setEnabled] = useState(true)
  const leader = useRef(0)

  useEffect(() => setEnabled(readEnabled()), [])
  useEffect(() => {
    if (!enabled) return
    const press = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isWriting(event.target)) return
      const place = Date.now() - leader.current < SEQUENCE_MS ? places.find(({ key }) => key === event.key) : undefined
      leader.current = event.key === 'g' ? Date.now() : 0
      if (place !== undefined) router.push(place.href)
      else if (event.key === '?') setOpen(true)
      else if (event.key === '/') focusSearch(event)
    }
    document.addEventListener('keydown', press)
    return () => document.removeEventListener('keydown', press)
  }, [enabled, places, router])

  const choose = (on: boolean) => {
    setEnabled(on)
    storeEnabled(on)
  }
  return (
    <>
      {children(() => setOpen(true))}
      {open && <Suspense><KeyboardSheet close={() => setOpen(false)} enabled={enabled} choose={choose} /></Suspense>}
    </>
  )
}

/** `/` goes to the field that the page marks as its own: the prompt, or the search. */
function focusSearch(event: KeyboardEvent): void {
  const field = document.querySelector<HTMLElement>('[data-slash]')
  if (field === null) return
  event.preventDefault()
  field.focus()
}

function isWriting(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || target.matches('textarea, select, dialog, dialog *, input:not([type=radio], [type=checkbox])'))
}

function readEnabled(): boolean {
  try {
    return localStorage.getItem(OFF_KEY) !== 'off'
  } catch {
    return true
  }
}

function storeEnabled(on: boolean): void {
  try {
    localStorage.setItem(OFF_KEY, on ? 'on' : 'off')
  } catch {
    // Without storage the choice lasts as long as the page.
  }
}
