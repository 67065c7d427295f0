'use client'

import { useState } from 'react'
import { toProblem } from '@/api/problem.ts'
import { Button } from '@/ui/button.tsx'
import { IconDownload } from '@/ui/icons.ts'
import { Empty, Notice } from '@/ui/notice.tsx'
import { Select } from '@/ui/select.tsx'
import { Skeleton } from '@/ui/skeleton.tsx'
import { Toggle } from '@/ui/toggle.tsx'
import { useUrlFilter } from '@/ui/use-url-filter.ts'
import classes from './credits-view.module.css'
import { StatementTable } from './statement-table.tsx'
import { kindText, statementKinds } from './transaction-text.ts'
import { downloadStatement, useTransactions, type StatementFilter } from './use-statement.ts'

/** Every movement with the balance after it, newest first. The same list is there as a file. */
export function Statement() {
  const { read, write } = useUrlFilter()
  const [failed, setFailed] = useState<string | null>(null)
  const filter = filterFrom(read)
  const list = useTransactions(filter)
  const download = () => {
    setFailed(null)
    downloadStatement(filter).catch((error: unknown) => setFailed(toProblem(error).message))
  }
  return (
    <section className={classes.statement} aria-labelledby="statement">
      <div className={classes.statementHead}>
        <h2 id="statement">Statement</h2>
        <div className={classes.tools}>
          <Select label="Kind of movement" labelHidden options={[{ value: '', label: 'All movements' }, ...statementKinds.map((value) => ({ value, label: kindText(value) }))]} value={filter.kind ?? ''} onChange={(value) => write('kind', value)} />
          <Toggle label="Show holds" checked={filter.holds === 'true'} onChange={(on) => write('holds', on ? 'true' : undefined)} />
          <Button variant="plain" icon={<IconDownload size={16} aria-hidden />} onClick={download}>CSV</Button>
        </div>
      </div>
      {failed !== null && <Notice title="The file could not be made"><p>{failed}</p></Notice>}
      {list.isPending && <Skeleton height={320} />}
      {list.isError && list.data === undefined && <Notice title="The statement could not be read" actions={<Button size="small" onClick={() => void list.refetch()}>Try again</Button>}><p>{toProblem(list.error).message}</p></Notice>}
      {list.data?.length === 0 && <Empty title="No movements"><p>{filter.kind === undefined ? 'Credits that are added or taken will be listed here, each with its reason.' : 'Nothing of this kind has happened.'}</p></Empty>}
      {list.data !== undefined && list.data.length > 0 && <StatementTable items={list.data} />}
      {list.hasNextPage && <Button className={classes.more} variant="plain" loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>Load more</Button>}
    </section>
  )
}

function filterFrom(read: (name: string) => string | undefined): StatementFilter {
  const kind = statementKinds.find((one) => one === read('kind'))
  return { ...(kind === undefined ? {} : { kind }), ...(read('holds') === 'true' ? { holds: 'true' as const } : {}) }
}
