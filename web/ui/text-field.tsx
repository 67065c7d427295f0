import { useId } from 'react'
import classes from './text-field.module.css'

interface TextFieldProps {
  label: string
  value: string
  onChange: (value: string) => void
  placeholder?: string
  inputMode?: 'text' | 'numeric'
  maxLength?: number
  /** Why nothing can be written here, or null when something can. */
  lack?: string | null
}

/** A line of text among other settings, dressed as they are. */
export function TextField({ label, value, onChange, placeholder, inputMode = 'text', maxLength = 4_000, lack = null }: TextFieldProps) {
  const id = useId()
  return (
    <div className={classes.field}>
      <label htmlFor={id}>{label}</label>
      <input id={id} value={value} placeholder={lack ?? placeholder} title={lack ?? undefined} inputMode={inputMode} maxLength={maxLength} autoComplete="off" disabled={lack !== null} onChange={(event) => onChange(event.currentTarget.value)} />
    </div>
  )
}
