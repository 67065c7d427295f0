import type { Metadata } from 'next'
import { ProvidersView } from '@/features/providers/providers-view.tsx'

export const metadata: Metadata = { title: 'Providers' }

export default function Page() {
  return <ProvidersView />
}
