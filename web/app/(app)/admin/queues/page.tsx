import type { Metadata } from 'next'
import { QueuesView } from '@/features/queues/queues-view.tsx'

export const metadata: Metadata = { title: 'Queues' }

export default function Page() {
  return <QueuesView />
}
