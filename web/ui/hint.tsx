import { useId, useState, type KeyboardEvent, type ReactNode } from 'react'
import classes from './hint.module.css'

interface HintProps {
  hint: ReactNode
  /** Gets the id of the hint, for `aria-describedby`. */
  children: (id: string) => ReactNode
  className?: string
}

/** More about a control while it is pointed at or has the keyboard's focus. The pointer may move onto it, and Escape puts it away. */
export function Hint({ hint, children, className }: HintProps) {
  const id = useId()
  const [dismissed, setDismissed] = useState(false)
  const press = (event: KeyboardEvent) => event.key === 'Escape' && setDismissed(true)
  return (
    <div role="presentation" className={className === undefined ? classes.around : `${classes.around} ${className}`} data-dismissed={dismissed} onKeyDown={press} onPointerLeave={() => setDismissed(false)} onBlur={() => setDismissed(false)}>
      {children(id)}
      <div id={id} role="tooltip" className={classes.hint}>
        <div className={classes.body}>{hint}</div>
      </div>
    </div>
  )
}
