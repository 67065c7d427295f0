'use client'

import { MantineProvider } from '@mantine/core'
import type { ReactNode } from 'react'
import './kit.css'
import { cssVariables, theme } from './theme.ts'

/**
 * What the component kit needs around it. It stands only around the parts that use the kit, the forms,
 * so that the studio does not carry it. The colour scheme is ours, not the kit's.
 */
export function Kit({ children }: { children: ReactNode }) {
  return (
    <MantineProvider theme={theme} cssVariablesResolver={cssVariables} defaultColorScheme="auto" getRootElement={() => undefined} withGlobalClasses={false}>
      {children}
    </MantineProvider>
  )
}
