import { useId, type ReactNode } from 'react'
import classes from './choice.module.css'

export interface Option {
  value: string
  label: ReactNode
  /** The name read aloud when the label is a picture or too short. */
  name?: string
  disabled?: boolean
}

interface ChoiceProps {
  legend: string
  value: string
  options: readonly Option[]
  onChange: (value: string) => void
}

/** A row of alternatives. Native radio buttons: arrow keys, names and groups come with them. */
export function Choice({ legend, value, options, onChange }: ChoiceProps) {
  const group = useId()
  return (
    <fieldset className={classes.group}>
      <legend className={classes.legend}>{legend}</legend>
      <div className={classes.row}>
        {options.map((option) => (
          <label key={option.value} className={classes.option} title={option.name}>
            <input
              type="radio"
              name={group}
              value={option.value}
              checked={option.value === value}
              disabled={option.disabled}
              aria-label={option.name}
              onChange={() => onChange(option.value)}
            />
            <span aria-hidden={option.name === undefined ? undefined : true}>{option.label}</span>
          </label>
        ))}
      </div>
    </fieldset>
  )
}
