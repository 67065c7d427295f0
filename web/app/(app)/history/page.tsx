import type { Metadata } from 'next'
import { Suspense } from 'react'
import { History } from '@/features/generations/history.tsx'

export const metadata: Metadata = { title: 'History' }

export default function Page() {
  return <Suspense><History /></Suspense>
}
