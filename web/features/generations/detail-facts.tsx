import Link from 'next/link'
import type { Generation } from '@/api/model.ts'
import { SimulatedMark } from '@/ui/status-mark.tsx'
import { Time } from '@/ui/time.tsx'
import { creditsText } from '../credits/credits-text.ts'
import classes from './detail.module.css'
import { Elapsed } from './elapsed.tsx'
import { GenerationStatusMark } from './generation-status.tsx'
import { KeptUntil } from './kept-until.tsx'
import { isEnded, removedText } from './progress.ts'

/** The line under the prompt: how it ended, what it cost, how long it took, who made it, when. */
export function DetailFacts({ generation, modelName }: { generation: Generation; modelName: string | undefined }) {
  const { credits } = generation
  const cost = isEnded(generation.status) ? (credits.captured === 0 ? 'Not charged' : creditsText(credits.captured)) : `${creditsText(credits.held)} held`
  const facts = [
    { name: 'Status', value: <GenerationStatusMark generation={generation} /> },
    { name: 'Cost', value: cost },
    { name: 'Duration', value: <Elapsed generation={generation} /> },
    { name: 'Model', value: <>{modelName ?? generation.model}{generation.simulated && <> <SimulatedMark /></>}</> },
    { name: 'Started', value: <Time iso={generation.createdAt} focusable /> },
    ...(generation.outputsExpireAt === null ? [] : [{ name: 'Files', value: <KeptUntil iso={generation.outputsExpireAt} /> }]),
    ...(generation.outputsRemovedAt === null ? [] : [{ name: 'Files', value: <>{removedText(generation)}, <Time iso={generation.outputsRemovedAt} focusable /></> }]),
    ...(generation.retriedFrom === null ? [] : [{ name: 'Repeats', value: <Link href={`/generations/${generation.retriedFrom}`}>an earlier one</Link> }]),
  ]
  return (
    <dl className={classes.facts}>
      {facts.map(({ name, value }) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  )
}
