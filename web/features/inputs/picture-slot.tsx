'use client'

import { useId, useRef, useState } from 'react'
import { createPortal } from 'react-dom'
import { Button } from '@/ui/button.tsx'
import { Dialog, Field } from '@/ui/dialog.tsx'
import { IconLink, IconPhoto } from '@/ui/icons.ts'
import { FILE_TYPES, moved, type PictureField, refuseAddress, roomIn } from './picture-field.ts'
import { OutgoingTile, PictureTile } from './picture-tile.tsx'
import classes from './pictures.module.css'
import type { Outgoing } from './use-sending.ts'

interface PictureSlotProps {
  field: PictureField
  outgoing: Outgoing[]
  /** By field and name. */
  refusals: ReadonlyMap<string, string>
  add: (files: File[]) => void
  forget: (key: string) => void
}

/** One field: its pictures in order, and how to add to them; or why that is not possible. */
export function PictureSlot({ field, outgoing, refusals, add, forget }: PictureSlotProps) {
  const { id, label, names, max, reason, change } = field
  const [asking, setAsking] = useState(false)
  const input = useRef<HTMLInputElement>(null)
  const title = useId()
  const why = useId()
  const room = roomIn(field, outgoing.filter(({ problem }) => problem === null).length)
  const told = names.flatMap((name) => refusals.get(`${id} ${name}`) ?? [])
  return (
    <div role="group" aria-labelledby={title} className={classes.slot}>
      <p id={title} className={classes.label}>{label}{max > 1 && names.length > 0 && ` · ${names.length} of ${max}`}</p>
      <div className={classes.row}>
        {names.length + outgoing.length > 0 && (
          <ol className={classes.tiles}>
            {names.map((name, index) => (
              <PictureTile
                key={`${name} ${index}`}
                name={name}
                label={max === 1 ? label : `${label} ${index + 1}`}
                refused={refusals.has(`${id} ${name}`)}
                isFirst={index === 0}
                isLast={index === names.length - 1}
                move={(by) => change(moved(names, index, by))}
                remove={() => change(names.filter((_, other) => other !== index))}
              />
            ))}
            {outgoing.map((one) => <OutgoingTile key={one.key} outgoing={one} remove={() => forget(one.key)} />)}
          </ol>
        )}
        {(room > 0 || reason !== null) && (
          <>
            <Button variant="plain" size="small" disabled={reason !== null} aria-describedby={reason === null ? title : why} icon={<IconPhoto size={14} aria-hidden />} onClick={() => input.current?.click()}>
              {max === 1 ? 'Choose a picture' : 'Add pictures'}
            </Button>
            <Button variant="plain" size="small" disabled={reason !== null} aria-describedby={reason === null ? title : why} icon={<IconLink size={14} aria-hidden />} onClick={() => setAsking(true)}>By address</Button>
          </>
        )}
        <input
          ref={input}
          className="visually-hidden"
          type="file"
          tabIndex={-1}
          aria-label={`File for ${label.toLowerCase()}`}
          accept={FILE_TYPES.join(',')}
          multiple={max > 1}
          disabled={reason !== null}
          onChange={({ currentTarget }) => {
            add([...(currentTarget.files ?? [])])
            currentTarget.value = '' // The same file again is a change, too.
          }}
        />
      </div>
      {reason !== null && <p id={why} className={classes.reason}>{reason}</p>}
      {[...told, ...outgoing.flatMap(({ name, problem }) => (problem === null ? [] : [`${name}: ${problem}`]))].map((text) => <p key={text} className={classes.refusal} role="alert">{text}</p>)}
      {asking && <AddressDialog label={label} close={() => setAsking(false)} add={(address) => change([...names, address])} />}
    </div>
  )
}

function AddressDialog({ label, close, add }: { label: string; close: () => void; add: (address: string) => void }) {
  const [address, setAddress] = useState('')
  const text = address.trim()
  const refusal = text === '' ? null : refuseAddress(text)
  const submit = () => {
    add(text)
    close()
  }
  // A form of its own, outside of the one that spends: neither may its answer be taken for a press of Generate.
  return createPortal(
    <div role="presentation" onSubmit={(event) => event.stopPropagation()}>
      <Dialog title={`${label}: a picture by address`} close={close} action="Add" disabled={text === '' || refusal !== null} submit={submit}>
        <Field label="Address" value={address} onChange={setAddress} maxLength={2_048} hint={refusal ?? 'The server fetches it once, when you press Generate. It has to be open to everybody.'} />
      </Dialog>
    </div>,
    document.body,
  )
}
