import { IconSearch } from './icons.ts'
import classes from './search-field.module.css'

interface SearchFieldProps {
  label: string
  value: string
  onChange: (value: string) => void
}

/** A search field; `/` leads to it. */
export function SearchField({ label, value, onChange }: SearchFieldProps) {
  return (
    <div className={classes.field}>
      <IconSearch size={16} stroke={1.75} aria-hidden />
      <input type="search" aria-label={label} placeholder={label} value={value} onChange={(event) => onChange(event.currentTarget.value)} data-slash />
    </div>
  )
}
