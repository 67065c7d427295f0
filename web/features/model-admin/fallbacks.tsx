import type { AdminModel } from '@/api/model.ts'
import { Button } from '@/ui/button.tsx'
import { Select } from '@/ui/select.tsx'
import classes from './model-admin.module.css'

interface FallbacksProps {
  value: string[]
  others: AdminModel[]
  onChange: (value: string[]) => void
}

/** Models that may serve in the place of one, in the order in which they are tried. */
export function Fallbacks({ value, others, onChange }: FallbacksProps) {
  const nameOf = (id: string) => others.find((model) => model.id === id)?.effective.name ?? id
  const left = others.filter(({ id }) => !value.includes(id))
  const raise = (index: number) => onChange(value.with(index - 1, value[index]!).with(index, value[index - 1]!))
  return (
    <div className={classes.fallbacks}>
      {value.length > 0 && (
        <ol aria-label="Fallbacks">
          {value.map((id, index) => (
            <li key={id}>
              <span>{nameOf(id)}</span>
              <Button variant="plain" size="small" disabled={index === 0} aria-label={`Try ${nameOf(id)} earlier`} onClick={() => raise(index)}>Earlier</Button>
              <Button variant="plain" size="small" aria-label={`Remove ${nameOf(id)}`} onClick={() => onChange(value.filter((other) => other !== id))}>Remove</Button>
            </li>
          ))}
        </ol>
      )}
      <Select label="Add a fallback" value="" onChange={(id) => { if (id !== '') onChange([...value, id]) }} options={[{ value: '', label: left.length === 0 ? 'No other model of its kind' : 'Choose a model' }, ...left.map(({ id }) => ({ value: id, label: `${nameOf(id)} (${id})` }))]} />
    </div>
  )
}
