import type { ReactNode } from 'react'
import classes from './page-head.module.css'

/** The one title of a page. It shares its line with the balance and the account at the right edge. */
export function PageHead({ title, children }: { title: ReactNode; children?: ReactNode }) {
  return (
    <div className={classes.head}>
      <h1>{title}</h1>
      {children}
    </div>
  )
}
