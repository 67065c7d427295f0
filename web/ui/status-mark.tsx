import type { ReactNode } from 'react'
import { IconAlert, IconCheck, IconClock, IconX } from './icons.ts'
import classes from './status-mark.module.css'

export type Tone = 'good' | 'warning' | 'bad' | 'quiet' | 'live'

const icons = { good: IconCheck, warning: IconAlert, bad: IconX, quiet: IconClock, live: null }

/** A word with its sign. The colour only repeats what the two already say. */
export function StatusMark({ tone, children }: { tone: Tone; children: ReactNode }) {
  const Icon = icons[tone]
  return (
    <span className={classes.mark} data-tone={tone}>
      {Icon === null ? <span className={classes.dot} aria-hidden="true" /> : <Icon size={14} stroke={2} aria-hidden="true" />}
      {children}
    </span>
  )
}

/** Marks whatever came from a simulator. */
export function SimulatedMark() {
  return <span className={classes.simulated} title="Made by the built-in simulator, not by a real model">simulated</span>
}
