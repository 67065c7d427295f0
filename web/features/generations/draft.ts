'use client'

import { useCallback, useEffect, useState } from 'react'

/** What the prompt bar holds, kept on this device until it is changed. */
export interface Draft {
  prompt: string
  n: number
  shape: string
  preset: string
  model: string | null
  /** These three are empty where the choice is the model's. */
  outputFormat: string
  background: string
  quality: string
  /** Ids of uploads, or addresses, in order. */
  references: string[]
}

const KEY = 'cooly.draft'
const fresh: Draft = { prompt: '', n: 4, shape: '1:1', preset: '1K', model: null, outputFormat: '', background: '', quality: '', references: [] }

export function saveDraft(draft: Draft): void {
  try {
    localStorage.setItem(KEY, JSON.stringify(draft))
  } catch {
    // Private windows may refuse storage; the draft then lives as long as the page.
  }
}

export function readDraft(): Draft {
  try {
    const stored = JSON.parse(localStorage.getItem(KEY) ?? '{}') as Partial<Record<keyof Draft, unknown>>
    return {
      prompt: typeof stored.prompt === 'string' ? stored.prompt : fresh.prompt,
      n: typeof stored.n === 'number' ? stored.n : fresh.n,
      shape: typeof stored.shape === 'string' ? stored.shape : fresh.shape,
      preset: typeof stored.preset === 'string' ? stored.preset : fresh.preset,
      model: typeof stored.model === 'string' ? stored.model : fresh.model,
      outputFormat: typeof stored.outputFormat === 'string' ? stored.outputFormat : '',
      background: typeof stored.background === 'string' ? stored.background : '',
      quality: typeof stored.quality === 'string' ? stored.quality : '',
      references: textsOf(stored.references),
    }
  } catch {
    return fresh
  }
}

/** This device's storage may hold anything. */
export function textsOf(stored: unknown): string[] {
  return Array.isArray(stored) ? stored.filter((item) => typeof item === 'string') : []
}

/** The model of the next order; everything else stays as it was. */
export function chooseImageModel(model: string): void {
  saveDraft({ ...readDraft(), model })
}

/** For a device that somebody else may use next. */
export function forgetDraft(): void {
  try {
    localStorage.removeItem(KEY)
  } catch {
    // Nothing was kept where nothing may be.
  }
}

export function useDraft(): [Draft, (change: Partial<Draft>) => void] {
  const [draft, setDraft] = useState(fresh)
  useEffect(() => setDraft(readDraft()), [])
  const change = useCallback((part: Partial<Draft>) => {
    setDraft((now) => {
      const next = { ...now, ...part }
      saveDraft(next)
      return next
    })
  }, [])
  return [draft, change]
}
