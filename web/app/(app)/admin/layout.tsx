import type { ReactNode } from 'react'
import { Console } from '@/features/console/console.tsx'

export default function ConsoleLayout({ children }: { children: ReactNode }) {
  return <Console>{children}</Console>
}
