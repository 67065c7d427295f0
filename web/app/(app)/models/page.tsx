import type { Metadata } from 'next'
import { ModelsView } from '@/features/models/models-view.tsx'

export const metadata: Metadata = { title: 'Models' }

export default function Page() {
  return <ModelsView />
}
