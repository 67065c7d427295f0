import type { UseQueryResult } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { toProblem } from '@/api/problem.ts'
import { Button } from '@/ui/button.tsx'
import { Notice } from '@/ui/notice.tsx'
import { Skeleton } from '@/ui/skeleton.tsx'
import classes from './console.module.css'

/** A part of a page of the console: what was read, while it is being read, and when it could not be. */
export function Part<Item>({ title, read, empty, children }: { title: string; read: UseQueryResult<Item[]>; empty?: string; children: (items: Item[]) => ReactNode }) {
  return (
    <section className={classes.panel} aria-label={title}>
      <h2>{title}</h2>
      {read.isPending && <Skeleton height={120} />}
      {read.isError && <Notice title={read.data === undefined ? 'This could not be read' : 'This is not fresh any more'} actions={<Button size="small" onClick={() => void read.refetch()}>Try again</Button>}><p>{toProblem(read.error).message}</p></Notice>}
      {read.data !== undefined && (read.data.length === 0 && empty !== undefined ? <p className={classes.facts}>{empty}</p> : children(read.data))}
    </section>
  )
}
