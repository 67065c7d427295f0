import { useState } from 'react'
import type { DeadLetter } from '@/api/model.ts'
import { toProblem } from '@/api/problem.ts'
import { announce } from '@/ui/announcer.tsx'
import { Dialog, Field } from '@/ui/dialog.tsx'
import { Notice } from '@/ui/notice.tsx'
import { useDiscard } from './use-dead-letters.ts'

/** Closing a letter without another try, for a reason that is kept. */
export function DiscardDialog({ letter, close }: { letter: DeadLetter; close: () => void }) {
  const [reason, setReason] = useState('')
  const discard = useDiscard()
  const submit = () => discard.mutate({ id: letter.id, reason: reason.trim() }, { onSuccess: () => { announce('Discarded'); close() } })
  return (
    <Dialog title="Discard this letter" action="Discard" close={close} disabled={reason.trim() === ''} loading={discard.isPending} submit={submit}>
      <p>{letter.generationId === null ? 'The message will not be looked at again.' : 'The generation stays failed. It has cost nothing, and will not.'}</p>
      <Field label="Why" value={reason} onChange={setReason} hint="Kept with the letter and in the audit log" />
      {discard.isError && <Notice title="It was not discarded" reference={toProblem(discard.error).code}><p>{toProblem(discard.error).message}</p></Notice>}
    </Dialog>
  )
}
