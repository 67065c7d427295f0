import type { AdminModel } from '@/api/model.ts'
import { Field } from '@/ui/dialog.tsx'
import { boundsOf, type Draft } from './draft.ts'
import classes from './model-admin.module.css'

interface LimitFieldsProps {
  model: AdminModel
  draft: Draft
  mistakes: Record<string, string>
  set: (part: Partial<Draft>) => void
}

/** What is offered of what this version knows. Nothing can be added to that. */
export function LimitFields({ model, draft, mistakes, set }: LimitFieldsProps) {
  const { lists, numbers } = boundsOf(model)
  return (
    <details className={classes.limits}>
      <summary>Limits</summary>
      {numbers.map(({ field, label, min, max }) => (
        <Field key={field} label={label} inputMode="numeric" value={draft.numbers[field] ?? ''} onChange={(value) => set({ numbers: { ...draft.numbers, [field]: value } })} error={mistakes[field]} hint={`From ${min} to ${max}`} />
      ))}
      {lists.map(({ field, label, values }) => (
        <Checks key={field} legend={label} values={values} checked={draft.lists[field] ?? values} error={mistakes[field]} onChange={(checked) => set({ lists: { ...draft.lists, [field]: checked } })} />
      ))}
      {model.switchable.length > 0 && (
        <Checks legend="Options that are honoured" values={model.switchable} checked={model.switchable.filter((option) => !draft.optionsOff.includes(option))}
          onChange={(checked) => set({ optionsOff: model.switchable.filter((option) => !checked.includes(option)) })} />
      )}
    </details>
  )
}

interface ChecksProps {
  legend: string
  values: string[]
  checked: string[]
  error?: string | undefined
  onChange: (checked: string[]) => void
}

/** In the order of the values, whichever is ticked first. */
function Checks({ legend, values, checked, error, onChange }: ChecksProps) {
  return (
    <fieldset className={classes.checks}>
      <legend>{legend}</legend>
      {values.map((value) => (
        <label key={value}>
          <input type="checkbox" checked={checked.includes(value)} onChange={(event) => onChange(values.filter((one) => (one === value ? event.currentTarget.checked : checked.includes(one))))} />
          {value}
        </label>
      ))}
      {error !== undefined && <small role="alert">{error}</small>}
    </fieldset>
  )
}
