import { useState } from 'react'
import type { AdminModel } from '@/api/model.ts'
import { toProblem } from '@/api/problem.ts'
import { announce } from '@/ui/announcer.tsx'
import { Button } from '@/ui/button.tsx'
import { Dialog, Field } from '@/ui/dialog.tsx'
import { Notice } from '@/ui/notice.tsx'
import { useNow } from '@/ui/use-now.ts'
import { priceText } from './model-admin-text.ts'
import classes from './model-admin.module.css'
import { priceChangeOf, priceDraftOf, priceMistakes } from './price-draft.ts'
import { useChangeModel } from './use-admin-models.ts'

/** The prices of a model, and a further one with its start. What was quoted or accepted keeps its price. */
export function PriceDialog({ model, close }: { model: AdminModel; close: () => void }) {
  const [draft, setDraft] = useState(() => priceDraftOf(model))
  const [reason, setReason] = useState('')
  const save = useChangeModel()
  const now = useNow(5_000)
  const mistakes = priceMistakes(draft, now ?? 0)
  const [noun, rates] = [model.kind === 'image' ? 'picture' : 'second', Object.entries(draft.rates)]
  const done = (said: string) => ({ onSuccess: () => { announce(said); close() } })
  const submit = () => save.mutate({ change: priceChangeOf(model, draft), reason: reason.trim() }, done('The price is added'))
  const withdraw = (version: number) => save.mutate({ change: { id: model.id, expectedVersion: model.version, withdrawPrice: version }, reason: reason.trim() }, done('The price is taken back'))
  return (
    <Dialog title={`Price of ${model.effective.name}`} action="Add the price" close={close} disabled={Object.keys(mistakes).length > 0 || reason.trim() === ''} loading={save.isPending} submit={submit}>
      <ol className={classes.prices} aria-label="Prices">
        {model.prices.map((price) => (
          <li key={price.version} data-state={price.state}>
            <span>{priceText(price)}</span>
            <small>{price.state === 'withdrawn' ? 'taken back' : price.state}, from {price.startsAt.slice(0, 16).replace('T', ' ')} UTC</small>
            {price.state === 'future' && <Button variant="plain" size="small" disabled={reason.trim() === ''} title={reason.trim() === '' ? 'Say why first' : undefined} onClick={() => withdraw(price.version)}>Take back</Button>}
          </li>
        ))}
      </ol>
      {rates.length === 0 && <Field label={`Credits for one ${noun}`} inputMode="numeric" value={draft.credits} onChange={(credits) => setDraft({ ...draft, credits })} error={mistakes['credits']} />}
      {rates.map(([name, text]) => (
        <Field key={name} label={`Credits for one ${noun} at ${name}`} inputMode="numeric" value={text} onChange={(credits) => setDraft({ ...draft, rates: { ...draft.rates, [name]: credits } })} error={mistakes[name]} />
      ))}
      <Field label="From (UTC)" type="datetime-local" value={draft.startsAt} onChange={(startsAt) => setDraft({ ...draft, startsAt })} error={mistakes['startsAt']} hint="Empty is at once. What was quoted or accepted keeps its price" />
      <Field label="Why" value={reason} onChange={setReason} hint="Kept in the audit log. It has to be there" />
      {save.isError && <Notice title="Nothing was changed" reference={toProblem(save.error).code}><p>{toProblem(save.error).message}</p></Notice>}
    </Dialog>
  )
}
