import { useState } from 'react'
import type { ModelFinding } from '@/api/model.ts'
import { toProblem } from '@/api/problem.ts'
import { announce } from '@/ui/announcer.tsx'
import { Dialog, Field } from '@/ui/dialog.tsx'
import { Notice } from '@/ui/notice.tsx'
import { findingText } from './model-admin-text.ts'
import { useResolveFinding } from './use-admin-models.ts'

/** Closing a finding: somebody has dealt with it. */
export function ResolveDialog({ finding, close }: { finding: ModelFinding; close: () => void }) {
  const [reason, setReason] = useState('')
  const resolve = useResolveFinding()
  const submit = () => resolve.mutate({ id: finding.id, reason: reason.trim() }, { onSuccess: () => { announce('Closed'); close() } })
  return (
    <Dialog title="Close this finding" action="Close the finding" close={close} disabled={reason.trim() === ''} loading={resolve.isPending} submit={submit}>
      <p>{findingText(finding)}. Nothing else is changed by closing it, and it does not come back.</p>
      <Field label="Why" value={reason} onChange={setReason} hint="Kept in the audit log" />
      {resolve.isError && <Notice title="It was not closed" reference={toProblem(resolve.error).code}><p>{toProblem(resolve.error).message}</p></Notice>}
    </Dialog>
  )
}
