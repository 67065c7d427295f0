import type { ReactNode } from 'react'
import { IconAlert } from './icons.ts'
import classes from './notice.module.css'

interface NoticeProps {
  title: string
  children?: ReactNode
  actions?: ReactNode
  /** The code and request id, for whoever asks for help. */
  reference?: string | null
}

/** Something went wrong, in words, with a way on. Announced when it appears. */
export function Notice({ title, children, actions, reference }: NoticeProps) {
  return (
    <div className={classes.notice} role="alert">
      <IconAlert size={18} stroke={1.75} aria-hidden="true" />
      <div className={classes.words}>
        <p className={classes.title}>{title}</p>
        {children}
        {reference && <p className={classes.reference}><code>{reference}</code></p>}
        {actions && <div className={classes.actions}>{actions}</div>}
      </div>
    </div>
  )
}

interface EmptyProps {
  title: string
  children?: ReactNode
  action?: ReactNode
  heading?: 'h1' | 'h2' | 'h3'
}

/** Nothing here yet: what it will be, and one thing to do. */
export function Empty({ title, children, action, heading: Heading = 'h2' }: EmptyProps) {
  return (
    <div className={classes.empty}>
      <Heading>{title}</Heading>
      {children}
      {action && <div className={classes.actions}>{action}</div>}
    </div>
  )
}
