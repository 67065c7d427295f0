'use client'

import { useId, useState } from 'react'
import { Choice } from '@/ui/choice.tsx'
import { useColorScheme, type ColorScheme } from '@/ui/color-scheme.ts'
import { IconKeyboard, IconLogout } from '@/ui/icons.ts'
import classes from './account-menu.module.css'
import { signOut } from './session.ts'

interface AccountMenuProps {
  name: string
  email: string
  openKeys: () => void
}

const schemes = [
  { value: 'auto', label: 'System' },
  { value: 'light', label: 'Light' },
  { value: 'dark', label: 'Dark' },
]

/** Who is signed in, how the app looks, and the way out. The browser's own popover: Escape and a click beside it close it. */
export function AccountMenu({ name, email, openKeys }: AccountMenuProps) {
  const id = useId()
  const [scheme, choose] = useColorScheme()
  const [failed, setFailed] = useState(false)
  return (
    <>
      <button type="button" className={classes.avatar} aria-label="Account" popoverTarget={id}>{initials(name || email)}</button>
      <div id={id} popover="auto" className={classes.menu}>
        <p className={classes.who}><strong>{name}</strong>{email}</p>
        <Choice legend="Appearance" value={scheme} options={schemes} onChange={(value) => choose(value as ColorScheme)} />
        <div className={classes.items}>
          <button type="button" popoverTarget={id} popoverTargetAction="hide" onClick={openKeys}><IconKeyboard size={16} stroke={1.5} aria-hidden />Keyboard</button>
          <button type="button" onClick={() => void signOut().catch(() => setFailed(true))}><IconLogout size={16} stroke={1.5} aria-hidden />Sign out</button>
        </div>
        {failed && <p role="alert">You are still signed in: the server did not answer.</p>}
      </div>
    </>
  )
}

function initials(name: string): string {
  const words = name.split(/[\s@._-]+/).filter(Boolean)
  return words.slice(0, 2).map((word) => word[0]?.toUpperCase()).join('')
}
