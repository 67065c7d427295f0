'use client'

import Link from 'next/link'
import { usePathname } from 'next/navigation'
import type { ReactNode } from 'react'
import { Empty } from '@/ui/notice.tsx'
import { useMe } from '../accounts/session.ts'
import classes from './console.module.css'
import { mayAs } from './role.ts'

const rooms = [
  { href: '/admin/dlq/messages', label: 'Dead letters' },
  { href: '/admin/queues', label: 'Queues' },
  { href: '/admin/models', label: 'Models' },
  { href: '/admin/providers', label: 'Providers' },
  { href: '/admin/usage', label: 'Usage' },
] as const

/** The operator's rooms. For anybody else there is nothing here. */
export function Console({ children }: { children: ReactNode }) {
  const path = usePathname()
  const me = useMe()
  if (!mayAs(me.data?.role, 'viewer')) return <Empty heading="h1" title="This is the operator's console"><p>Your account has no role in it. An admin can give you one.</p></Empty>
  return (
    <>
      <nav className={classes.rooms} aria-label="Console">
        {rooms.map(({ href, label }) => {
          const current = path.startsWith(href)
          return <Link key={href} ref={current ? bringIntoSight : null} href={href} aria-current={current ? 'page' : undefined}>{label}</Link>
        })}
      </nav>
      {children}
    </>
  )
}

/** Moves the row alone: `scrollIntoView` would move the page with it. */
function bringIntoSight(link: HTMLAnchorElement | null): void {
  const row = link?.parentElement
  if (link && row) row.scrollLeft = link.offsetLeft - (row.clientWidth - link.offsetWidth) / 2
}
