'use client'

import Link from 'next/link'
import { usePathname } from 'next/navigation'
import { Brand } from '@/ui/brand.tsx'
import { IconCoins, IconHistory, IconPhoto } from '@/ui/icons.ts'
import classes from './rail.module.css'

export const places = [
  { href: '/', label: 'Studio', key: 's', Icon: IconPhoto },
  { href: '/history', label: 'History', key: 'h', Icon: IconHistory },
  { href: '/credits', label: 'Credits', key: 'c', Icon: IconCoins },
] as const

/** The places of the app: a rail at the left, a bar at the bottom of a phone. */
export function Rail() {
  const path = usePathname()
  const isHere = (href: string) => (href === '/' ? path === '/' : path.startsWith(href)) || (href === '/history' && path.startsWith('/generations'))
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
