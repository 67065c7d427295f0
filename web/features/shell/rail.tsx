'use client'

import Link from 'next/link'
import { usePathname } from 'next/navigation'
import { Brand } from '@/ui/brand.tsx'
import { IconCoins, IconConsole, IconHistory, IconPhoto, IconVideo } from '@/ui/icons.ts'
import { useMe } from '../accounts/session.ts'
import { mayAs } from '../console/role.ts'
import classes from './rail.module.css'

const places = [
  { href: '/', label: 'Studio', key: 's', Icon: IconPhoto },
  { href: '/video', label: 'Video', key: 'v', Icon: IconVideo },
  { href: '/history', label: 'History', key: 'h', Icon: IconHistory },
  { href: '/credits', label: 'Credits', key: 'c', Icon: IconCoins },
] as const

const consolePlace = { href: '/admin/dlq/messages', label: 'Console', key: 'o', Icon: IconConsole } as const
const placesWithConsole = [...places, consolePlace] as const

/** The places of the person who is signed in; the console is for those with a role in it. */
export function usePlaces() {
  const me = useMe()
  return mayAs(me.data?.role, 'viewer') ? placesWithConsole : places
}

/** The places of the app: a rail at the left, a bar at the bottom of a phone. */
export function Rail() {
  const path = usePathname()
  const places = usePlaces()
  const isHere = (href: string) => (href === '/' ? path === '/' : path.startsWith(href.startsWith('/admin') ? '/admin' : href)) || (href === '/history' && path.startsWith('/generations'))
  return (
    <nav className={classes.rail} aria-label="Main">
      <Link href="/" className={classes.brand} aria-label="Cooly, to the studio">
        <Brand words={false} />
      </Link>
      {places.map(({ href, label, Icon }) => (
        <Link key={href} href={href} className={classes.place} aria-current={isHere(href) ? 'page' : undefined}>
          <Icon size={22} stroke={1.5} aria-hidden />
          <span>{label}</span>
        </Link>
      ))}
    </nav>
  )
}
