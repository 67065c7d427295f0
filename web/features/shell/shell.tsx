'use client'

import type { ReactNode } from 'react'
import { toProblem } from '@/api/problem.ts'
import { Button } from '@/ui/button.tsx'
import { Announcer } from '@/ui/announcer.tsx'
import { IconPlugOff } from '@/ui/icons.ts'
import { Notice } from '@/ui/notice.tsx'
import { AccountMenu } from '../accounts/account-menu.tsx'
import { useMe } from '../accounts/session.ts'
import { Balance } from '../credits/balance.tsx'
import { useLiveUpdates } from '../realtime/use-live-updates.ts'
import { Keyboard } from './keyboard.tsx'
import { Rail } from './rail.tsx'
import classes from './shell.module.css'

/** The frame around every signed-in page: rail, balance, account, and the one event stream of the tab. */
export function Shell({ children }: { children: ReactNode }) {
  const me = useMe()
  return (
    <>
      <a className={classes.skip} href="#content">Skip to content</a>
      <div className={classes.frame}>
        <Rail />
        <div className={classes.side}>
          <header className={classes.header}>{me.isSuccess && <Signed name={me.data.name} email={me.data.email} />}</header>
          <main id="content" tabIndex={-1} className={classes.main}>
            {me.isSuccess && children}
            {me.isError && toProblem(me.error).status !== 401 && (
              <Notice title="The app could not start" actions={<Button size="small" onClick={() => void me.refetch()}>Try again</Button>}>
                <p>{toProblem(me.error).message}</p>
              </Notice>
            )}
          </main>
        </div>
      </div>
      <Announcer />
    </>
  )
}

function Signed({ name, email }: { name: string; email: string }) {
  const reconnecting = useLiveUpdates()
  return (
    <>
      {reconnecting && (
        <span className={classes.chip} role="status" title="Live updates are down; the page looks again every five seconds">
          <IconPlugOff size={14} aria-hidden />
          <span>Reconnecting…</span>
        </span>
      )}
      <Balance />
      <Keyboard>{(openKeys) => <AccountMenu name={name} email={email} openKeys={openKeys} />}</Keyboard>
    </>
  )
}
