'use client'

import { Button } from '@/ui/button.tsx'
import { Empty } from '@/ui/notice.tsx'

/** What a person sees when a page breaks. Their prompt is kept on this device, and no order is sent twice. */
export function PageBroke({ error, reset }: { error: Error & { digest?: string }; reset: () => void }) {
  return (
    <div role="alert">
      <Empty heading="h1" title="This page broke" action={<Button onClick={reset}>Try again</Button>}>
        <p>Your prompt is kept, and whatever was running goes on. Nothing was charged by this.</p>
        {error.digest && <p><code>{error.digest}</code></p>}
      </Empty>
    </div>
  )
}
