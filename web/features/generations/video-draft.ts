'use client'

import { useCallback, useEffect, useState } from 'react'
import type { Generation } from '@/api/model.ts'
import { textsOf } from './draft.ts'

/** What the bar of the video studio holds, kept on this device. Null: the model's own default. */
export interface VideoDraft {
  prompt: string
  seconds: number | null
  ratio: string | null
  resolution: string | null
  sound: boolean | null
  model: string | null
  /** Ids of uploads, or addresses; of frames at most one. */
  firstFrame: string[]
  lastFrame: string[]
  references: string[]
  /** Digits, or empty for any. */
  seed: string
  /** What must not be seen. */
  without: string
}

const KEY = 'cooly.draft.video'
const fresh: VideoDraft = { prompt: '', seconds: null, ratio: null, resolution: null, sound: null, model: null, seed: '', without: '', firstFrame: [], lastFrame: [], references: [] }

function save(draft: VideoDraft): void {
  try {
    localStorage.setItem(KEY, JSON.stringify(draft))
  } catch {
    // Private windows may refuse storage; the draft then lives as long as the page.
  }
}

function read(): VideoDraft {
  try {
    const stored = JSON.parse(localStorage.getItem(KEY) ?? '{}') as Partial<Record<keyof VideoDraft, unknown>>
    const text = (value: unknown): string | null => (typeof value === 'string' ? value : null)
    return {
      prompt: text(stored.prompt) ?? '',
      seconds: typeof stored.seconds === 'number' ? stored.seconds : null,
      ratio: text(stored.ratio),
      resolution: text(stored.resolution),
      sound: typeof stored.sound === 'boolean' ? stored.sound : null,
      model: text(stored.model),
      firstFrame: textsOf(stored.firstFrame),
      lastFrame: textsOf(stored.lastFrame),
      references: textsOf(stored.references),
      seed: text(stored.seed) ?? '',
      without: text(stored.without) ?? '',
    }
  } catch {
    return fresh
  }
}

/** The model of the next order; everything else stays as it was, as far as that one takes it. */
export function chooseVideoModel(model: string): void {
  save({ ...read(), model })
}

/** For a device that somebody else may use next. */
export function forgetVideoDraft(): void {
  try {
    localStorage.removeItem(KEY)
  } catch {
    // Nothing was kept where nothing may be.
  }
}

/** Puts a video's recipe into the studio. It fills; it does not spend. */
export function fillVideoDraft({ model, input }: Generation): void {
  const { prompt, durationSeconds: seconds = null, aspectRatio: ratio = null, resolution = null, generateAudio: sound, seed, negativePrompt: without } = input
  const words = { seed: typeof seed === 'number' ? String(seed) : '', without: typeof without === 'string' ? without : '' }
  const pictures = { firstFrame: textsOf([input['firstFrame']]), lastFrame: textsOf([input['lastFrame']]), references: textsOf(input['referenceImages']) }
  save({ prompt, seconds, ratio, resolution, sound: typeof sound === 'boolean' ? sound : null, model, ...words, ...pictures })
}

export function useVideoDraft(): [VideoDraft, (change: Partial<VideoDraft>) => void] {
  const [draft, setDraft] = useState(fresh)
  useEffect(() => setDraft(read()), [])
  const change = useCallback((part: Partial<VideoDraft>) => {
    setDraft((now) => {
      const next = { ...now, ...part }
      save(next)
      return next
    })
  }, [])
  return [draft, change]
}
