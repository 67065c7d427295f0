import { toProblem } from '@/api/problem.ts'
import { announce } from '@/ui/announcer.tsx'
import { Button } from '@/ui/button.tsx'
import { IconRefresh } from '@/ui/icons.ts'
import { Notice } from '@/ui/notice.tsx'
import classes from '../console/console.module.css'
import { creditsText, numberText } from '../credits/credits-text.ts'
import { lettersText } from './letter-text.ts'
import { useEstimate, useRetryAll, type Cause } from './use-dead-letters.ts'

interface RetryAllProps {
  filter: Cause
  waive: boolean
  version: number
  label: string
  primary?: boolean
}

/** One press tries again all that match. What it holds stands on the button, who cannot pay beside it, from a dry run of this moment. */
export function RetryAll({ filter, waive, version, label, primary = false }: RetryAllProps) {
  const estimate = useEstimate(filter, waive, version, true)
  const retry = useRetryAll()
  const figures = estimate.data
  const press = () => retry.mutate({ filter, waive }, { onSuccess: ({ batch }) => announce(batch === null ? 'Nothing was left to try again' : `Trying again ${lettersText(batch.total)}`) })
  return (
    <>
      <div className={classes.actions}>
        <Button variant={primary ? 'primary' : 'plain'} size={primary ? 'medium' : 'small'} icon={<IconRefresh size={16} aria-hidden />} disabled={figures === undefined || figures.count === 0} loading={retry.isPending} onClick={press}>
          {figures === undefined ? label : `${label} · ${numberText(figures.count)} · ${creditsText(figures.credits)}`}
        </Button>
        {figures !== undefined && figures.unpayable.count > 0 && (
          <span className={classes.warning}>{numberText(figures.unpayable.count)} cannot pay {creditsText(figures.unpayable.credits)} ({figures.unpayable.accounts === 1 ? '1 account' : `${figures.unpayable.accounts} accounts`})</span>
        )}
        {figures !== undefined && figures.unretriable > 0 && <span className={classes.facts}>{numberText(figures.unretriable)} point to no generation</span>}
      </div>
      {estimate.isError && figures === undefined && <Notice title="What another try would hold could not be read"><p>{toProblem(estimate.error).message}</p></Notice>}
      {retry.isError && <Notice title="Nothing was tried again" reference={toProblem(retry.error).code}><p>{toProblem(retry.error).message}</p></Notice>}
    </>
  )
}
