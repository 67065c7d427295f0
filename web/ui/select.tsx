import { useId } from 'react'
import { IconChevron } from './icons.ts'
import classes from './select.module.css'

interface SelectProps {
  label: string
  value: string
  options: ReadonlyArray<{ value: string; label: string; disabled?: boolean }>
  onChange: (value: string) => void
  /** Where the surroundings already say what it is, the label is only read aloud. */
  labelHidden?: boolean
}

/** The browser's own select, dressed: phones open their own wheel, keyboards their own list. */
export function Select({ label, value, options, onChange, labelHidden = false }: SelectProps) {
  const id = useId()
  return (
    <div>
      <label htmlFor={id} className={labelHidden ? 'visually-hidden' : classes.label}>{label}</label>
      <div className={classes.box}>
        <select id={id} value={value} onChange={(event) => onChange(event.currentTarget.value)}>
          {options.map((option) => <option key={option.value} value={option.value} disabled={option.disabled}>{option.label}</option>)}
        </select>
        <IconChevron size={16} stroke={1.75} aria-hidden />
      </div>
    </div>
  )
}
