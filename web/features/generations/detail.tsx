'use client'

import Link from 'next/link'
import { useRouter } from 'next/navigation'
import type { Generation, ImageModel } from '@/api/model.ts'
import { toProblem } from '@/api/problem.ts'
import { Button } from '@/ui/button.tsx'
import { CopyButton } from '@/ui/copy-button.tsx'
import { IconAlert } from '@/ui/icons.ts'
import { Empty, Notice } from '@/ui/notice.tsx'
import { PageHead } from '@/ui/page-head.tsx'
import { Skeleton } from '@/ui/skeleton.tsx'
import { useImageModels, useModel, useVideoModels } from '../catalog/use-models.ts'
import { moneyText } from '../credits/credits-text.ts'
import { DeleteButton } from './delete-button.tsx'
import { DetailFacts } from './detail-facts.tsx'
import classes from './detail.module.css'
import { fillDraft } from './fill-draft.ts'
import { fillVideoDraft } from './video-draft.ts'
import { MoneyLine } from './money-line.tsx'
import { OutputGrid } from './output-grid.tsx'
import { isEnded } from './progress.ts'
import { useGeneration } from './queries.ts'
import { Recipe } from './recipe.tsx'
import { StopButton } from './run-panel.tsx'
import { servedText } from './served-text.ts'
import { useSayEnding } from './use-say-ending.ts'
import { WaterfallPanel } from './waterfall-panel.tsx'

/** How often the figures of a running one are read again; its bars grow with them. */
const WATCHING_MS = 2_000

/** One generation explained: what came of it, where the money went, and where the time went. Live while it runs. */
export function Detail({ id }: { id: string }) {
  const { data: generation, error, refetch } = useGeneration(id, WATCHING_MS)
  useSayEnding(generation)
  const problem = error === null ? null : toProblem(error)
  // What was deleted meanwhile is still remembered.
  if (generation !== undefined && problem?.status !== 404) return <Loaded generation={generation} />
  return (
    <>
      <PageHead title="Generation" />
      {problem === null && <Skeleton height={480} />}
      {problem !== null && (problem.status === 404 || problem.status === 400
        ? <Empty title="No such generation" action={<Link href="/history">To your history</Link>}><p>It may have been deleted, or it belongs to another account.</p></Empty>
        : <Notice title="This generation could not be read" actions={<Button size="small" onClick={() => void refetch()}>Try again</Button>}><p>{problem.message}</p></Notice>)}
    </>
  )
}

function Loaded({ generation }: { generation: Generation }) {
  const router = useRouter()
  const models = useImageModels().data
  const model = useModel(generation.model)
  const ended = isEnded(generation.status)
  return (
    <>
      <PageHead title="Generation" />
      <article className={classes.page} data-status={generation.status}>
        <div className={classes.head}>
          <p className={classes.prompt}>{generation.input.prompt}</p>
          <DetailFacts generation={generation} modelName={model?.name} />
          <Served generation={generation} />
          <div className={classes.actions}>
            <Button onClick={() => { router.push(reuse(generation, models)) }}>Use these settings</Button>
            {!ended && <StopButton id={generation.id} />}
            {generation.outputs.length > 1 && <a className={classes.zip} href={`/api/generations/${generation.id}/outputs.zip`} download>Download all as a zip</a>}
            <CopyButton label="Copy id" text={() => generation.id} />
            <CopyButton label="Copy JSON" text={() => JSON.stringify(generation, null, 2)} />
            {ended && <DeleteButton generation={generation} />}
          </div>
        </div>
        {generation.status === 'failed' && <Failed generation={generation} />}
        <div className={classes.columns}>
          <OutputGrid generation={generation} large />
          <div className={classes.side}>
            <MoneyLine generation={generation} />
            <Recipe generation={generation} />
            <Failures generation={generation} />
          </div>
        </div>
        <WaterfallPanel generation={generation} />
      </article>
    </>
  )
}

/** That it was made by another model than was asked, and why. */
function Served({ generation }: { generation: Generation }) {
  const models = [...(useImageModels().data ?? []), ...(useVideoModels().data ?? [])]
  const text = servedText(generation, (id) => models.find((model) => model.id === id)?.name ?? id)
  return text === null ? null : <p className={classes.muted}>{text}</p>
}

/** Puts the settings into the studio of their kind, and says where that is. */
function reuse(generation: Generation, models: ImageModel[] | undefined): string {
  if (generation.kind === 'image') {
    fillDraft(generation, models)
    return '/'
  }
  fillVideoDraft(generation)
  return '/video'
}

function Failed({ generation }: { generation: Generation }) {
  const why = generation.error ?? generation.failures[0]
  const tries = generation.attempts === 1 ? 'Tried once.' : `Tried ${generation.attempts} times.`
  return (
    <Notice title={why?.message ?? 'Not made.'} reference={why?.code}>
      <p>{moneyText(generation.credits, true)} {generation.attempts > 0 && tries}</p>
    </Notice>
  )
}

function Failures({ generation }: { generation: Generation }) {
  if (generation.failures.length === 0 || generation.status === 'failed') return null
  return (
    <section className={classes.panel} aria-labelledby="failures">
      <h2 id="failures">What did not come</h2>
      <ul className={classes.failures}>
        {generation.failures.map((failure) => (
          <li key={failure.index}>
            <IconAlert size={16} stroke={1.75} aria-hidden />
            <span>{generation.kind === 'video' ? 'Video' : `Picture ${failure.index + 1}`}: {failure.message} <strong>Not charged.</strong> <code>{failure.code}</code></span>
          </li>
        ))}
      </ul>
    </section>
  )
}
