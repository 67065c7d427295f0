import type { Metadata } from 'next'
import { Suspense } from 'react'
import { SpendingView } from '@/features/spending/spending-view.tsx'

export const metadata: Metadata = { title: 'Provider usage' }

export default function Page() {
  return <Suspense><SpendingView /></Suspense>
}
