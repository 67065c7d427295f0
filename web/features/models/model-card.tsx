import type { Model } from '@/api/model.ts'
import { Button } from '@/ui/button.tsx'
import { durationText } from '@/ui/duration-text.ts'
import { SimulatedMark, StatusMark } from '@/ui/status-mark.tsx'
import { endText, healthOf, optionsOf, priceText, takesText } from './card-text.ts'
import classes from './models.module.css'

interface ModelCardProps {
  model: Model
  all: Model[]
  use: (model: Model) => void
}

/** One model: what it costs, how long it takes, how it fares, what it can and what it cannot. */
export function ModelCard({ model, all, use }: ModelCardProps) {
  const health = healthOf(model)
  const { has, lacks } = optionsOf(model)
  const end = endText(model, all)
  const locked = model.status === 'retired' || model.status === 'unconfigured'
  const title = `model-${model.id}`
  return (
    <li className={classes.card} aria-labelledby={title} data-locked={locked || undefined}>
      <div className={classes.head}>
        <h3 id={title}>{model.name}</h3>
        {model.simulated && <SimulatedMark />}
        <StatusMark tone={health.tone}>{health.text}</StatusMark>
      </div>
      <dl className={classes.facts}>
        <div><dt>Price</dt><dd>{priceText(model)}</dd></div>
        <div><dt>Usual time</dt><dd>{model.medianMs === null ? 'not known yet' : durationText(model.medianMs)}</dd></div>
        <div><dt>Makes</dt><dd>{takesText(model)}</dd></div>
        {has.length > 0 && <div><dt>Takes</dt><dd>{has.join(', ')}</dd></div>}
        {lacks.length > 0 && <div className={classes.lacks}><dt>Lacks</dt><dd>{lacks.join(', ')}</dd></div>}
      </dl>
      {end !== null && <p className={classes.end}>{end}</p>}
      <div className={classes.foot}>
        <code>{model.providerModel}</code>
        {!locked && <Button variant="plain" size="small" aria-label={`Use ${model.name}`} onClick={() => use(model)}>Use</Button>}
      </div>
    </li>
  )
}
