import { useState } from 'react'
import type { AdminModel } from '@/api/model.ts'
import { toProblem } from '@/api/problem.ts'
import { announce } from '@/ui/announcer.tsx'
import { Dialog, Field } from '@/ui/dialog.tsx'
import { Notice } from '@/ui/notice.tsx'
import { Select } from '@/ui/select.tsx'
import { Toggle } from '@/ui/toggle.tsx'
import { changeOf, draftOf, mistakesIn, type Draft } from './draft.ts'
import { Fallbacks } from './fallbacks.tsx'
import { LimitFields } from './limit-fields.tsx'
import classes from './model-admin.module.css'
import { useChangeModel } from './use-admin-models.ts'

/** Deciding about a model. It judges before it sends, and sends only what is different; the model stays as it was seen when the dialog opened. */
export function EditDialog({ model, others, close }: { model: AdminModel; others: AdminModel[]; close: () => void }) {
  const [draft, setDraft] = useState(() => draftOf(model))
  const [reason, setReason] = useState('')
  const save = useChangeModel()
  const set = (part: Partial<Draft>) => setDraft({ ...draft, ...part })
  const mistakes = mistakesIn(model, draft)
  const change = changeOf(model, draft)
  const ready = change !== null && Object.keys(mistakes).length === 0 && reason.trim() !== ''
  const submit = () => {
    if (change !== null) save.mutate({ change, reason: reason.trim() }, { onSuccess: () => { announce(`${draft.name} is saved`); close() } })
  }
  const none = { value: '', label: 'None' }
  return (
    <Dialog title={`Edit ${model.effective.name}`} action="Save" close={close} disabled={!ready} loading={save.isPending} submit={submit}>
      <div className={classes.switches}>
        <Toggle label="Offered" checked={draft.enabled} onChange={(enabled) => set({ enabled })} />
        {!draft.enabled && <Toggle label="Move on what waits for it" checked={draft.moveQueued} onChange={(moveQueued) => set({ moveQueued })} />}
      </div>
      <Field label="Name" maxLength={100} value={draft.name} onChange={(name) => set({ name })} error={mistakes['name']} hint={seedHint(draft.name, model.seed.name)} />
      <Select label={`Dated model of ${model.provider}`} value={draft.providerModel} onChange={(providerModel) => set({ providerModel })} options={model.providerModels.map(({ id, shutdownAt }) => ({ value: id, label: shutdownAt === null ? id : `${id} (ends ${shutdownAt.slice(0, 10)})` }))} />
      <Field label="Ends (UTC)" type="datetime-local" value={draft.shutdownAt} onChange={(shutdownAt) => set({ shutdownAt })} error={mistakes['shutdownAt']} hint="Empty while no end is known. From then on it is refused" />
      <Select label="Replacement" value={draft.replacement} onChange={(replacement) => set({ replacement })} options={[none, ...others.map(({ id, effective }) => ({ value: id, label: `${effective.name} (${id})` }))]} />
      <Fallbacks value={draft.fallbacks} others={others} onChange={(fallbacks) => set({ fallbacks })} />
      <LimitFields model={model} draft={draft} mistakes={mistakes} set={set} />
      <Field label="Note" lines={2} maxLength={2_000} value={draft.note} onChange={(note) => set({ note })} hint="For other operators" />
      <Field label="Why" value={reason} onChange={setReason} hint="Kept in the audit log. It has to be there" />
      {save.isError && <Notice title="Nothing was saved" reference={toProblem(save.error).code}><p>{toProblem(save.error).message}</p></Notice>}
    </Dialog>
  )
}

function seedHint(value: string, seed: string): string {
  return value === seed ? 'As this version calls it' : `This version calls it ${seed}`
}
