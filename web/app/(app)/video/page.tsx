import type { Metadata } from 'next'
import { VideoStudio } from '@/features/generations/video-studio.tsx'

export const metadata: Metadata = { title: 'Video' }

export default function Page() {
  return <VideoStudio />
}
