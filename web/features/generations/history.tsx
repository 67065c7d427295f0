'use client'

import { useRouter } from 'next/navigation'
import { Suspense, useEffect, useState } from 'react'
import type { Generation } from '@/api/model.ts'
import { toProblem } from '@/api/problem.ts'
import { Button } from '@/ui/button.tsx'
import { Empty, Notice } from '@/ui/notice.tsx'
import { PageHead } from '@/ui/page-head.tsx'
import { Skeleton } from '@/ui/skeleton.tsx'
import { useUrlFilter } from '@/ui/use-url-filter.ts'
import { creditsText } from '../credits/credits-text.ts'
import { DeleteDialog } from './delete-button.tsx'
import cards from './generation-card.module.css'
import { GenerationCard } from './generation-card.tsx'
import { HistoryFilters, statuses } from './history-filters.tsx'
import classes from './history.module.css'
import { useGenerations, type GenerationFilter } from './queries.ts'

const PAGE_SIZE = 24

/** Everything ever asked for, newest first, narrowed by what stands in the address. */
export function History() {
  const router = useRouter()
  const { read, write } = useUrlFilter()
  const filter = filterFrom(read)
  const narrowed = Object.keys(filter).length > 0
  const list = useGenerations(filter, PAGE_SIZE)
  const [asked, setAsked] = useState<Generation>()
  const land = useLanding()
  const onDeleted = (id: string) => {
    setAsked(undefined)
    land(neighbourOf(list.data ?? [], id))
  }

  return (
    <>
      <PageHead title="History" />
      <div className={classes.page}>
        <HistoryFilters filter={filter} write={write} />
        {list.isError && list.data === undefined && (
          <Notice title="History could not be read" actions={<Button size="small" onClick={() => void list.refetch()}>Try again</Button>}><p>{toProblem(list.error).message}</p></Notice>
        )}
        {list.data?.length === 0 && (narrowed
          ? <Empty title="Nothing matches" action={<Button variant="plain" onClick={() => ['status', 'kind', 'q'].forEach((name) => write(name, undefined))}>Clear the filters</Button>}><p>No generation fits these filters.</p></Empty>
          : <Empty title="Nothing made yet" action={<Button onClick={() => router.push('/')}>Open the studio</Button>}><p>Every picture and video you ask for will be kept here, with its recipe and what it cost.</p></Empty>)}
        {filter.status === 'open' && list.data !== undefined && list.data.length > 0 && <p className={classes.sum}>{heldText(list.data)}</p>}
        <ul className={cards.cards} aria-label="Generations" aria-busy={list.isPending}>
          {list.data?.map((generation) => <li key={generation.id}><GenerationCard generation={generation} heading="h2" onDelete={setAsked} /></li>)
            ?? (list.isPending && Array.from({ length: 8 }, (_, index) => <li key={index}><Skeleton height={300} /></li>))}
        </ul>
        {list.hasNextPage && <Button className={classes.more} variant="plain" loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>Load more</Button>}
        {asked !== undefined && <Suspense><DeleteDialog generation={asked} close={() => setAsked(undefined)} onDeleted={onDeleted} /></Suspense>}
      </div>
    </>
  )
}

/** The one that takes the place of what is deleted, or else the last before it. */
function neighbourOf(list: Generation[], id: string): string | undefined {
  const index = list.findIndex((generation) => generation.id === id)
  return (list[index + 1] ?? list[index - 1])?.id
}

/** Where the keyboard goes on when what had the focus is deleted: at another generation, or at the beginning of the page. */
function useLanding(): (id: string | undefined) => void {
  const [landing, setLanding] = useState<{ id: string | undefined }>()
  // After the list without it is there, and the dialog is gone that keeps the focus to itself.
  useEffect(() => {
    if (landing === undefined) return
    const target = landing.id === undefined ? null : document.querySelector<HTMLElement>(`a[href="/generations/${landing.id}"]`)
    ;(target ?? document.getElementById('content'))?.focus()
  }, [landing])
  return (id) => setLanding({ id })
}

function heldText(open: Generation[]): string {
  const held = open.reduce((sum, { credits }) => sum + credits.held, 0)
  return `${creditsText(held)} held by ${open.length === 1 ? '1 generation' : `${open.length} generations`}.`
}

/** Only what the list understands; anything else in the address is left alone. */
function filterFrom(read: (name: string) => string | undefined): GenerationFilter {
  const status = read('status')
  const kind = read('kind')
  const q = read('q')
  return {
    ...(statuses.some(({ value }) => value !== '' && value === status) ? { status: status as NonNullable<GenerationFilter['status']> } : {}),
    ...(kind === 'image' || kind === 'video' ? { kind } : {}),
    ...(q === undefined || q === '' ? {} : { q }),
  }
}
