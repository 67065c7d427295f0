'use client'

import { useEffect, useRef, useState } from 'react'
import type { Problem } from '@/api/problem.ts'
import { type PictureField, refusalsOf } from './picture-field.ts'
import { PictureSlot } from './picture-slot.tsx'
import classes from './pictures.module.css'
import { useSending } from './use-sending.ts'

export interface PictureFieldsProps {
  fields: PictureField[]
  /** Why the last order was not taken. What it says about a picture is shown there. */
  problem: Problem | null
  /** Whether pictures are on their way, so that an order would go out without them. */
  onBusy: (busy: boolean) => void
}

/** The pictures to work from: by drop or paste anywhere on the form, by a dialog, or by address. */
export function PictureFields({ fields, problem, onBusy }: PictureFieldsProps) {
  const { outgoing, add, forget } = useSending(fields, onBusy)
  const [left, setLeft] = useState(0)
  const [refusals, setRefusals] = useState(new Map<string, string>())
  const [over, setOver] = useState(false)
  const here = useRef<HTMLDivElement>(null)
  const now = useRef({ add, fields })
  useEffect(() => {
    now.current = { add, fields }
  })

  // The fields are those of the order that was refused: nobody has changed them since it was sent.
  useEffect(() => setRefusals(problem === null ? new Map() : refusalsOf(now.current.fields, problem.errors)), [problem])
  useEffect(() => listen(here.current?.closest('form') ?? null, setOver, (files) => setLeft(now.current.add(files))), [])

  return (
    <div ref={here} className={classes.fields} data-over={over}>
      {fields.map((field) => (
        <PictureSlot
          key={field.id}
          field={field}
          outgoing={outgoing.filter((one) => one.field === field.id)}
          refusals={refusals}
          add={(files) => setLeft(add(files, field.id))}
          forget={forget}
        />
      ))}
      {over && <p className={classes.drop} aria-hidden>Drop the picture here</p>}
      {left > 0 && <p className={classes.refusal} role="alert">{left === 1 ? 'One picture was' : `${left} pictures were`} left out: there is no room for more.</p>}
    </div>
  )
}

/** Files that are dropped or pasted on the form. Text goes its usual way. */
function listen(form: HTMLFormElement | null, setOver: (over: boolean) => void, take: (files: File[]) => void): (() => void) | undefined {
  if (form === null) return undefined
  const stop = new AbortController()
  const { signal } = stop
  const carriesFiles = (data: DataTransfer | null) => data?.types.includes('Files') === true
  form.addEventListener('dragover', (event) => {
    if (!carriesFiles(event.dataTransfer)) return
    event.preventDefault()
    setOver(true)
  }, { signal })
  form.addEventListener('dragleave', (event) => !form.contains(event.relatedTarget as Node | null) && setOver(false), { signal })
  form.addEventListener('drop', (event) => {
    setOver(false)
    if (!carriesFiles(event.dataTransfer)) return
    event.preventDefault()
    take([...(event.dataTransfer?.files ?? [])])
  }, { signal })
  form.addEventListener('paste', (event) => {
    const files = [...(event.clipboardData?.files ?? [])]
    if (files.length === 0) return
    event.preventDefault()
    take(files)
  }, { signal })
  return () => stop.abort()
}
