import { useState } from 'react'
import type { DeadLetter, Me } from '@/api/model.ts'
import { toProblem } from '@/api/problem.ts'
import { announce } from '@/ui/announcer.tsx'
import { Button } from '@/ui/button.tsx'
import { Notice } from '@/ui/notice.tsx'
import { Skeleton } from '@/ui/skeleton.tsx'
import { Time } from '@/ui/time.tsx'
import classes from '../console/console.module.css'
import { mayAs } from '../console/role.ts'
import { creditsText } from '../credits/credits-text.ts'
import { DiscardDialog } from './discard-dialog.tsx'
import { EditDialog } from './edit-dialog.tsx'
import { moneyText, payloadText } from './letter-text.ts'
import { useLetters, useRetry, type Cause, type LetterState } from './use-dead-letters.ts'

interface LetterTableProps {
  filter: Cause & { state: LetterState }
  role: Me['role']
  waive: boolean
}

export function LetterTable({ filter, role, waive }: LetterTableProps) {
  const letters = useLetters(filter)
  const [asked, setAsked] = useState<{ what: 'edit' | 'discard'; letter: DeadLetter } | null>(null)
  const close = () => setAsked(null)
  if (letters.isPending) return <Skeleton height={120} />
  if (letters.data === undefined) return <Notice title="The letters could not be read" actions={<Button size="small" onClick={() => void letters.refetch()}>Try again</Button>}><p>{toProblem(letters.error).message}</p></Notice>
  return (
    <>
      <table className={classes.table}>
        <caption className="visually-hidden">Dead letters of this cause, newest first</caption>
        <thead>
          <tr><th scope="col">Failed</th><th scope="col">Asked for</th><th scope="col">Credits</th><th scope="col" data-number>Attempts</th><th scope="col">{filter.state === 'open' ? 'Do' : 'Dealt with'}</th></tr>
        </thead>
        <tbody>
          {letters.data.map((letter) => (
            <tr key={letter.id}>
              <td><Time iso={letter.failedAt} focusable /></td>
              <td className={classes.payload}>{payloadText(letter.payload)}<small>{letter.generationId === null ? `letter ${letter.id}` : `generation ${letter.generationId}`}</small></td>
              <td>{moneyText(letter)}{letter.refusal !== null && <small className={classes.warning}>{letter.refusal === 'dead_letter.unpayable' ? 'The account could not pay' : `Refused: ${letter.refusal}`}</small>}</td>
              <td data-number data-label="Attempts">{letter.attempts}</td>
              <td>{letter.state === 'open' ? <Actions letter={letter} role={role} waive={waive} ask={(what) => setAsked({ what, letter })} /> : <Resolution letter={letter} />}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {letters.hasNextPage && <Button variant="plain" size="small" loading={letters.isFetchingNextPage} onClick={() => void letters.fetchNextPage()}>Load more</Button>}
      {asked?.what === 'discard' && <DiscardDialog letter={asked.letter} close={close} />}
      {asked?.what === 'edit' && <EditDialog letter={asked.letter} waive={waive} close={close} />}
    </>
  )
}

function Resolution({ letter }: { letter: DeadLetter }) {
  return <>{letter.resolution}<small>{letter.resolvedAt !== null && <Time iso={letter.resolvedAt} focusable />} by {letter.resolvedBy}</small></>
}

function Actions({ letter, role, waive, ask }: { letter: DeadLetter; role: Me['role']; waive: boolean; ask: (what: 'edit' | 'discard') => void }) {
  const retry = useRetry()
  const press = () => retry.mutate({ id: letter.id, waive }, { onSuccess: () => announce('Trying again 1 dead letter') })
  const retriable = letter.generationId !== null
  return (
    <div className={classes.actions}>
      {retriable && mayAs(role, 'operator') && <Button variant="plain" size="small" loading={retry.isPending} onClick={press}>Retry · {creditsText(waive ? 0 : letter.credits.amount)}</Button>}
      {retriable && mayAs(role, 'admin') && <Button variant="plain" size="small" onClick={() => ask('edit')}>Edit…</Button>}
      {mayAs(role, 'admin') && <Button variant="plain" size="small" onClick={() => ask('discard')}>Discard…</Button>}
      {retry.isError && <small role="alert" className={classes.warning}>{toProblem(retry.error).message}</small>}
    </div>
  )
}
