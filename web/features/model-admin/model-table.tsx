import { lazy, Suspense, useState } from 'react'
import type { AdminModel } from '@/api/model.ts'
import { Button } from '@/ui/button.tsx'
import { StatusMark, type Tone } from '@/ui/status-mark.tsx'
import { Time } from '@/ui/time.tsx'
import classes from '../console/console.module.css'
import { numberText } from '../credits/credits-text.ts'
import { priceText } from './model-admin-text.ts'
import { currentPrice, futurePrices } from './price-draft.ts'

/** Fetched when one is first opened. */
const EditDialog = lazy(async () => ({ default: (await import('./edit-dialog.tsx')).EditDialog }))
const PriceDialog = lazy(async () => ({ default: (await import('./price-dialog.tsx')).PriceDialog }))

const tones: Record<AdminModel['status'], Tone> = { available: 'good', deprecated: 'warning', retired: 'bad', disabled: 'quiet', unconfigured: 'quiet' }
const words: Record<AdminModel['status'], string> = { available: 'offered', deprecated: 'ending', retired: 'ended', disabled: 'switched off', unconfigured: 'not set up' }

type Open = { what: 'edit' | 'price'; model: AdminModel } | null

export function ModelTable({ items, may }: { items: AdminModel[]; may: boolean }) {
  const [open, setOpen] = useState<Open>(null)
  const close = () => setOpen(null)
  return (
    <>
      <table className={classes.table}>
        <caption className="visually-hidden">Models, what they cost and how long they live</caption>
        <thead>
          <tr><th scope="col">Model</th><th scope="col">State</th><th scope="col">Price</th><th scope="col">Ends</th><th scope="col" data-number>Waiting</th>{may && <th scope="col">Do</th>}</tr>
        </thead>
        <tbody>{items.map((model) => <Row key={model.id} model={model} onOpen={may ? setOpen : null} />)}</tbody>
      </table>
      {open?.what === 'edit' && <Suspense><EditDialog model={open.model} others={items.filter(({ kind, id }) => kind === open.model.kind && id !== open.model.id)} close={close} /></Suspense>}
      {open?.what === 'price' && <Suspense><PriceDialog model={open.model} close={close} /></Suspense>}
    </>
  )
}

function Row({ model, onOpen }: { model: AdminModel; onOpen: ((open: Open) => void) | null }) {
  const { id, effective, provider, status, waiting, running, note, mistakes, fallbacks } = model
  const price = currentPrice(model)
  return (
    <tr>
      <td><strong>{effective.name}</strong><small>{id} · {provider}, {effective.providerModel}</small>{note !== '' && <small>{note}</small>}</td>
      <td data-label="State">
        <StatusMark tone={tones[status]}>{words[status]}</StatusMark>
        {mistakes.map(({ path, message }) => <small key={path + message} className={classes.warning}>Left out: {path} {message}</small>)}
        {fallbacks.length > 0 && <small>In its place: {fallbacks.join(', ')}</small>}
      </td>
      <td data-label="Price">
        {price === undefined ? '–' : priceText(price)}
        {futurePrices(model).map((next) => <small key={next.version}>{priceText(next)} from {next.startsAt.slice(0, 16).replace('T', ' ')} UTC</small>)}
      </td>
      <td data-label="Ends">
        {effective.shutdownAt === null ? 'not known' : <><Time iso={effective.shutdownAt} focusable /><small>{effective.shutdownAt.slice(0, 10)}</small></>}
        {effective.replacement !== null && <small>then {effective.replacement}</small>}
      </td>
      <td data-number data-label="Waiting">{numberText(waiting)}{running > 0 && <small>{numberText(running)} being made</small>}</td>
      {onOpen !== null && (
        <td>
          <div className={classes.actions}>
            <Button variant="plain" size="small" aria-label={`Edit ${effective.name}`} onClick={() => onOpen({ what: 'edit', model })}>Edit…</Button>
            <Button variant="plain" size="small" aria-label={`Price of ${effective.name}`} onClick={() => onOpen({ what: 'price', model })}>Price…</Button>
          </div>
        </td>
      )}
    </tr>
  )
}
