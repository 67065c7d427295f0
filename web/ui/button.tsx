import type { ComponentPropsWithRef, ReactNode } from 'react'
import classes from './button.module.css'

interface ButtonProps extends ComponentPropsWithRef<'button'> {
  /** One primary action in a view; everything else is plain. */
  variant?: 'primary' | 'plain'
  size?: 'small' | 'medium' | 'large'
  icon?: ReactNode
  /** Under way: it keeps its width and its focus, and takes no second press. */
  loading?: boolean
}

export function Button({ variant = 'primary', size = 'medium', icon, loading = false, type = 'button', className, onClick, children, ...rest }: ButtonProps) {
  return (
    <button
      {...rest}
      type={type}
      className={className === undefined ? classes.button : `${classes.button} ${className}`}
      data-variant={variant}
      data-size={size}
      aria-busy={loading || undefined}
      aria-disabled={loading || undefined}
      onClick={loading ? (event) => event.preventDefault() : onClick}
    >
      <span className={classes.content}>{icon}{children}</span>
      {loading && <span className={classes.spinner} aria-hidden="true" />}
    </button>
  )
}
