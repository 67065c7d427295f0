import classes from './toggle.module.css'

interface ToggleProps {
  label: string
  checked: boolean
  disabled?: boolean
  onChange: (checked: boolean) => void
}

/** On or off, at once. */
export function Toggle({ label, checked, disabled = false, onChange }: ToggleProps) {
  return (
    <label className={classes.toggle}>
      <input type="checkbox" role="switch" aria-checked={checked} checked={checked} disabled={disabled} onChange={(event) => onChange(event.currentTarget.checked)} />
      {label}
    </label>
  )
}
