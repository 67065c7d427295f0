import type { CSSProperties } from 'react'
import classes from './skeleton.module.css'

/** The final shape in grey. It appears only after a moment, so that a quick answer never flickers. */
export function Skeleton({ width = '100%', height, ratio }: { width?: CSSProperties['width']; height?: CSSProperties['height']; ratio?: number }) {
  return <div className={classes.skeleton} style={{ width, height, aspectRatio: ratio }} aria-hidden="true" />
}
