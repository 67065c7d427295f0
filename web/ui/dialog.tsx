'use client'

import { useEffect, useId, useRef, type FormEvent, type ReactNode } from 'react'
import { Button } from './button.tsx'
import classes from './dialog.module.css'

interface DialogProps {
  title: string
  close: () => void
  children: ReactNode
  /** What the one button does, in words. */
  action: string
  disabled?: boolean
  loading?: boolean
  submit: () => void
}

/** A question with one answer. The browser's own dialog: it keeps the focus inside, closes on Escape or a click beside it, and gives the focus back. */
export function Dialog({ title, close, children, action, disabled = false, loading = false, submit }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null)
  const id = useId()
  useEffect(() => dialog.current?.showModal(), [])
  const send = (event: FormEvent) => {
    event.preventDefault()
    if (!disabled && !loading) submit()
  }
  return (
    <dialog ref={dialog} className={classes.dialog} aria-labelledby={id} onClose={close} {...{ closedby: 'any' }}>
      <form className={classes.body} onSubmit={send}>
        <h2 id={id}>{title}</h2>
        {children}
        <div className={classes.foot}>
          <Button variant="plain" onClick={() => dialog.current?.close()}>Cancel</Button>
          <Button type="submit" disabled={disabled} loading={loading}>{action}</Button>
        </div>
      </form>
    </dialog>
  )
}

interface FieldProps {
  label: string
  value: string
  onChange: (value: string) => void
  hint?: string
  lines?: number
  inputMode?: 'text' | 'numeric'
  /** The browser's own field for a date and time, where it is one. */
  type?: 'text' | 'datetime-local'
  /** What is wrong with it. */
  error?: string | undefined
  maxLength?: number
}

/** One line of text, or several. */
export function Field({ label, value, onChange, hint, lines = 1, inputMode = 'text', type = 'text', maxLength = 500, error }: FieldProps) {
  const id = useId()
  const said = [...(hint === undefined ? [] : [`${id}-hint`]), ...(error === undefined ? [] : [`${id}-error`])].join(' ')
  const shared = { id, value, maxLength, 'aria-invalid': error === undefined ? undefined : true, 'aria-describedby': said === '' ? undefined : said }
  return (
    <div className={classes.field}>
      <label htmlFor={id}>{label}</label>
      {lines > 1
        ? <textarea {...shared} rows={lines} onChange={(event) => onChange(event.currentTarget.value)} />
        : <input {...shared} type={type} inputMode={inputMode} autoComplete="off" onChange={(event) => onChange(event.currentTarget.value)} />}
      {hint !== undefined && <small id={`${id}-hint`}>{hint}</small>}
      {error !== undefined && <small id={`${id}-error`} data-error role="alert">{error}</small>}
    </div>
  )
}
