import type { Metadata } from 'next'
import { Studio } from '@/features/generations/studio.tsx'

export const metadata: Metadata = { title: 'Studio' }

export default function Page() {
  return <Studio />
}
