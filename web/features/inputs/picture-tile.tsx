import { useState } from 'react'
import { AssetImage } from '@/ui/asset-image.tsx'
import { IconArrowLeft, IconArrowRight, IconLink, IconX } from '@/ui/icons.ts'
import { isUpload, nameText } from './picture-field.ts'
import classes from './pictures.module.css'
import type { Outgoing } from './use-sending.ts'

interface PictureTileProps {
  name: string
  label: string
  refused: boolean
  isFirst: boolean
  isLast: boolean
  move: (by: -1 | 1) => void
  remove: () => void
}

/** One picture that is there, with what can be done with it. */
export function PictureTile({ name, label, refused, isFirst, isLast, move, remove }: PictureTileProps) {
  return (
    <li className={classes.tile} data-refused={refused}>
      <Thumbnail name={name} label={label} />
      <div className={classes.handles}>
        {!isFirst && <button type="button" aria-label={`Move ${label} forward`} onClick={() => move(-1)}><IconArrowLeft size={12} aria-hidden /></button>}
        {!isLast && <button type="button" aria-label={`Move ${label} back`} onClick={() => move(1)}><IconArrowRight size={12} aria-hidden /></button>}
        <button type="button" aria-label={`Remove ${label}`} onClick={remove}><IconX size={12} aria-hidden /></button>
      </div>
    </li>
  )
}

/** An upload as it looks; an address by its host, since nobody has fetched it yet; what was deleted as gone. */
export function Thumbnail({ name, label }: { name: string; label: string }) {
  const [gone, setGone] = useState(false)
  if (!isUpload(name)) return <span className={classes.address} title={name}><IconLink size={16} aria-hidden />{nameText(name)}</span>
  if (gone) return <span className={classes.address}>No longer there</span>
  return <AssetImage src={`/api/uploads/${name}?w=160`} alt={label} width={64} height={64} onError={() => setGone(true)} />
}

/** One that is on its way, or was not taken. */
export function OutgoingTile({ outgoing: { name, part, problem }, remove }: { outgoing: Outgoing; remove: () => void }) {
  const percent = Math.round(part * 100)
  return (
    <li className={classes.tile} data-refused={problem !== null}>
      {problem === null
        ? <progress aria-label={`Sending ${name}`} max={100} value={percent} />
        : <span className={classes.address}>Not taken</span>}
      <div className={classes.handles}>
        <button type="button" aria-label={problem === null ? `Stop sending ${name}` : `Put ${name} away`} onClick={remove}><IconX size={12} aria-hidden /></button>
      </div>
    </li>
  )
}
