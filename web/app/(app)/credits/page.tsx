import type { Metadata } from 'next'
import { Suspense } from 'react'
import { CreditsView } from '@/features/credits/credits-view.tsx'

export const metadata: Metadata = { title: 'Credits' }

export default function Page() {
  return <Suspense><CreditsView /></Suspense>
}
