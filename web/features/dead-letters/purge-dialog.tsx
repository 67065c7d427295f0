import { useState } from 'react'
import { toProblem } from '@/api/problem.ts'
import { announce } from '@/ui/announcer.tsx'
import { Dialog, Field } from '@/ui/dialog.tsx'
import { Notice } from '@/ui/notice.tsx'
import { lettersText } from './letter-text.ts'
import { usePurge, type Cause, type LetterState } from './use-dead-letters.ts'

/** Deleting many asks for their number, so that nobody deletes more than they saw. */
export function PurgeDialog({ filter, count, close }: { filter: Cause & { state: LetterState }; count: number; close: () => void }) {
  const [typed, setTyped] = useState('')
  const [reason, setReason] = useState('')
  const purge = usePurge()
  const submit = () => purge.mutate({ filter, confirm: Number(typed), reason: reason.trim() }, { onSuccess: (done) => { announce(`${lettersText(done.count)} deleted`); close() } })
  return (
    <Dialog title={`Delete ${lettersText(count)}`} action={`Delete ${lettersText(count)}`} close={close} disabled={typed.trim() !== String(count)} loading={purge.isPending} submit={submit}>
      <p>They are gone for good, and can no longer be tried again. The generations themselves stay as they are.</p>
      <Field label={`Type ${count} to confirm`} value={typed} onChange={setTyped} inputMode="numeric" />
      <Field label="Why" value={reason} onChange={setReason} hint="Kept in the audit log" />
      {purge.isError && <Notice title="Nothing was deleted" reference={toProblem(purge.error).code}><p>{toProblem(purge.error).message}</p></Notice>}
    </Dialog>
  )
}
