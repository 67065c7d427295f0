'use client'

import { useRouter } from 'next/navigation'
import type { Model } from '@/api/model.ts'
import { toProblem } from '@/api/problem.ts'
import { Button } from '@/ui/button.tsx'
import { Notice } from '@/ui/notice.tsx'
import { PageHead } from '@/ui/page-head.tsx'
import { Skeleton } from '@/ui/skeleton.tsx'
import { useAllModels } from '../catalog/use-models.ts'
import { chooseImageModel } from '../generations/draft.ts'
import { chooseVideoModel } from '../generations/video-draft.ts'
import { ModelCard } from './model-card.tsx'
import classes from './models.module.css'

const kinds = [{ kind: 'image', title: 'Pictures' }, { kind: 'video', title: 'Videos' }] as const

/** Every model side by side, those that cannot be asked with the reason. Using one takes it to its studio and spends nothing. */
export function ModelsView() {
  const { data, error, refetch } = useAllModels()
  const router = useRouter()
  const use = ({ id, kind }: Model) => {
    if (kind === 'image') chooseImageModel(id)
    else chooseVideoModel(id)
    router.push(kind === 'image' ? '/' : '/video')
  }
  return (
    <>
      <PageHead title="Models" />
      <div className={classes.page}>
        {data === undefined && (error === null
          ? <Skeleton height={320} />
          : <Notice title="The models could not be read" actions={<Button size="small" onClick={() => void refetch()}>Try again</Button>}><p>{toProblem(error).message}</p></Notice>)}
        {data !== undefined && kinds.map(({ kind, title }) => (
          <section key={kind} aria-labelledby={`kind-${kind}`}>
            <h2 id={`kind-${kind}`}>{title}</h2>
            <ul className={classes.cards}>
              {data.filter((model) => model.kind === kind).map((model) => <ModelCard key={model.id} model={model} all={data} use={use} />)}
            </ul>
          </section>
        ))}
      </div>
    </>
  )
}
