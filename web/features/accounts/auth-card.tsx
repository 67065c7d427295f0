import Link from 'next/link'
import type { ReactNode } from 'react'
import { Brand } from '@/ui/brand.tsx'
import { Kit } from '@/ui/kit.tsx'
import classes from './auth-card.module.css'

interface AuthCardProps {
  title: string
  intro: string
  other: { question: string; label: string; href: string }
  children: ReactNode
}

/** One column, one purpose: shared by signing in and signing up. */
export function AuthCard({ title, intro, other, children }: AuthCardProps) {
  return (
    <main className={classes.page}>
      <Brand />
      <div className={classes.card}>
        <div>
          <h1>{title}</h1>
          <p className={classes.intro}>{intro}</p>
        </div>
        <Kit>{children}</Kit>
        <p className={classes.other}>
          {other.question} <Link href={other.href}>{other.label}</Link>
        </p>
      </div>
    </main>
  )
}
