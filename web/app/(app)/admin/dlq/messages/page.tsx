import type { Metadata } from 'next'
import { Suspense } from 'react'
import { DeadLetters } from '@/features/dead-letters/dead-letters.tsx'

export const metadata: Metadata = { title: 'Dead letters' }

export default function Page() {
  return <Suspense><DeadLetters /></Suspense>
}
