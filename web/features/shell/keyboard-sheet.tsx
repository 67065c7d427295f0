'use client'

import { useEffect, useRef } from 'react'
import { Button } from '@/ui/button.tsx'
import { Toggle } from '@/ui/toggle.tsx'
import classes from './keyboard-sheet.module.css'

const keys: Array<[keys: string[], what: string]> = [
  [['Ctrl', 'Enter'], 'Generate (⌘ Enter on a Mac)'],
  [['/'], 'To the prompt or the search'],
  [['g', 's'], 'Go to the studio'],
  [['g', 'v'], 'Go to videos'],
  [['g', 'h'], 'Go to history'],
  [['g', 'c'], 'Go to credits'],
  [['g', 'o'], 'Go to the console, for its operators'],
  [['?'], 'This sheet'],
  [['Esc'], 'Close what is open'],
]

interface KeyboardSheetProps {
  close: () => void
  enabled: boolean
  choose: (on: boolean) => void
}

/** The browser's own dialog: it keeps the focus inside, closes on Escape or a click beside it, and gives the focus back. */
export function KeyboardSheet({ close, enabled, choose }: KeyboardSheetProps) {
  const dialog = useRef<HTMLDialogElement>(null)
  useEffect(() => dialog.current?.showModal(), [])
  return (
    <dialog ref={dialog} className={classes.sheet} aria-labelledby="keyboard" onClose={close} {...{ closedby: 'any' }}>
      <div className={classes.body}>
        <h2 id="keyboard">Keyboard</h2>
        <dl className={classes.keys}>
          {keys.map(([sequence, what]) => (
            <div key={what}>
              <dt>{sequence.map((key) => <kbd key={key}>{key}</kbd>)}</dt>
              <dd>{what}</dd>
            </div>
          ))}
        </dl>
        <div className={classes.foot}>
          <Toggle label="Single-letter keys" checked={enabled} onChange={choose} />
          <Button variant="plain" size="small" onClick={() => dialog.current?.close()}>Close</Button>
        </div>
      </div>
    </dialog>
  )
}
