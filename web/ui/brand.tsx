import classes from './brand.module.css'

/** The mark: a frame with one warm light in it. */
export function Brand({ words = true }: { words?: boolean }) {
  return (
    <span className={classes.brand}>
      <svg width="24" height="24" viewBox="0 0 24 24" aria-hidden="true">
        <rect x="2.75" y="2.75" width="18.5" height="18.5" rx="4" fill="none" stroke="currentColor" strokeWidth="1.5" />
        <circle cx="12" cy="12" r="4.25" fill="var(--accent)" />
      </svg>
      {words ? <span>Cooly</span> : <span className="visually-hidden">Cooly</span>}
    </span>
  )
}
