import Link from 'next/link'
import { Brand } from '@/ui/brand.tsx'
import { Empty } from '@/ui/notice.tsx'

export default function NotFound() {
  return (
    <main style={{ padding: '64px 16px' }}>
      <Empty heading="h1" title="This page does not exist" action={<Link href="/">To the studio</Link>}>
        <p>The address may be mistyped, or what stood here is gone.</p>
        <Brand />
      </Empty>
    </main>
  )
}
