'use client'

import { useEffect, useRef, useState } from 'react'
import { SearchField } from '@/ui/search-field.tsx'
import { Select } from '@/ui/select.tsx'
import classes from './history.module.css'
import type { GenerationFilter } from './queries.ts'

export const statuses = [
  { value: '', label: 'Any status' },
  { value: 'open', label: 'Not ended' },
  { value: 'queued', label: 'In line' },
  { value: 'running', label: 'Running' },
  { value: 'succeeded', label: 'Done' },
  { value: 'failed', label: 'Failed' },
  { value: 'cancelled', label: 'Stopped' },
]

const kinds = [
  { value: '', label: 'Any kind' },
  { value: 'image', label: 'Images' },
  { value: 'video', label: 'Videos' },
]

const TYPING_MS = 300

interface HistoryFiltersProps {
  filter: GenerationFilter
  write: (name: string, value: string | undefined) => void
}

export function HistoryFilters({ filter, write }: HistoryFiltersProps) {
  const [text, setText] = useState(filter.q ?? '')
  // The address has it without the space that a next word begins with; who types on must not lose that.
  useEffect(() => setText((now) => (now.trim() === (filter.q ?? '') ? now : (filter.q ?? ''))), [filter.q])
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  const type = (typed: string) => {
    setText(typed)
    clearTimeout(timer.current)
    timer.current = setTimeout(() => write('q', typed.trim()), TYPING_MS)
  }
  useEffect(() => () => clearTimeout(timer.current), [])

  return (
    <form className={classes.filters} role="search" aria-label="Filter history" onSubmit={(event) => { event.preventDefault(); write('q', text.trim()) }}>
      <SearchField label="Search prompts" value={text} onChange={type} />
      <Select label="Status" labelHidden options={statuses} value={filter.status ?? ''} onChange={(value) => write('status', value)} />
      <Select label="Kind" labelHidden options={kinds} value={filter.kind ?? ''} onChange={(value) => write('kind', value)} />
    </form>
  )
}
