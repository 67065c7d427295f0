import { lazy, Suspense, useState } from 'react'
import type { AdminModel, ModelFinding } from '@/api/model.ts'
import { Button } from '@/ui/button.tsx'
import { Time } from '@/ui/time.tsx'
import classes from '../console/console.module.css'
import { findingText } from './model-admin-text.ts'

const ResolveDialog = lazy(async () => ({ default: (await import('./resolve-dialog.tsx')).ResolveDialog }))

/** What providers said about the life of models and nobody has dealt with; nothing at all when there is none. */
export function Findings({ items, may }: { items: AdminModel[]; may: boolean }) {
  const [resolving, setResolving] = useState<ModelFinding | null>(null)
  const findings = items.flatMap((model) => model.findings.map((finding) => ({ finding, name: model.effective.name })))
  if (findings.length === 0) return null
  return (
    <section className={classes.panel} aria-label="Findings">
      <h2>To look at</h2>
      <table className={classes.table}>
        <caption className="visually-hidden">What providers said about the life of models</caption>
        <thead><tr><th scope="col">Model</th><th scope="col">What</th><th scope="col">Found</th>{may && <th scope="col">Do</th>}</tr></thead>
        <tbody>
          {findings.map(({ finding, name }) => (
            <tr key={finding.id}>
              <td><strong>{name}</strong><small>{finding.providerModel}</small></td>
              <td data-label="What">{findingText(finding)}{finding.link !== null && <small><a href={finding.link} rel="noreferrer" target="_blank">The provider explains it</a></small>}</td>
              <td data-label="Found"><Time iso={finding.foundAt} focusable /></td>
              {may && <td><Button variant="plain" size="small" aria-label={`Close what was found of ${name}`} onClick={() => setResolving(finding)}>Close…</Button></td>}
            </tr>
          ))}
        </tbody>
      </table>
      {resolving !== null && <Suspense><ResolveDialog finding={resolving} close={() => setResolving(null)} /></Suspense>}
    </section>
  )
}
