import Link from 'next/link'
import type { Generation } from '@/api/model.ts'
import { toProblem } from '@/api/problem.ts'
import { Button } from '@/ui/button.tsx'
import { Notice } from '@/ui/notice.tsx'
import { Skeleton } from '@/ui/skeleton.tsx'
import cards from './generation-card.module.css'
import { GenerationCard } from './generation-card.tsx'
import classes from './studio.module.css'

interface RecentProps {
  query: { data: Generation[] | undefined; error: Error | null; refetch: () => Promise<unknown> }
  except: string[]
}

/** What was made before, below what is being made now. */
export function Recent({ query, except }: RecentProps) {
  const { data, error } = query
  if (data === undefined && error !== null) {
    return <Notice title="Recent generations could not be read" actions={<Button size="small" onClick={() => void query.refetch()}>Try again</Button>}><p>{toProblem(error).message}</p></Notice>
  }
  const rest = data?.filter(({ id }) => !except.includes(id))
  if (rest?.length === 0) return null
  return (
    <section className={classes.section} aria-labelledby="recent">
      <div className={classes.sectionHead}>
        <h2 id="recent">Recent</h2>
        <Link href="/history">All history</Link>
      </div>
      <ul className={cards.cards}>
        {rest?.map((generation) => <li key={generation.id}><GenerationCard generation={generation} heading="h3" /></li>)
          ?? Array.from({ length: 4 }, (_, index) => <li key={index}><Skeleton height={280} /></li>)}
      </ul>
    </section>
  )
}
