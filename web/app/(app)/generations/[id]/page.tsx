import type { Metadata } from 'next'
import { Detail } from '@/features/generations/detail.tsx'

export const metadata: Metadata = { title: 'Generation' }

export default async function Page({ params }: { params: Promise<{ id: string }> }) {
  const { id } = await params
  return <Detail id={id} />
}
