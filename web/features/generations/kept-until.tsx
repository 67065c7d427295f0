'use client'

import { dayText, exactTime } from '@/ui/relative-time.ts'
import { useNow } from '@/ui/use-now.ts'

/** Until when files are kept. The day is enough; the instant is there for whoever points. */
export function KeptUntil({ iso }: { iso: string }) {
  const now = useNow(60_000)
  if (now === null) return null
  return <time dateTime={iso} title={exactTime(iso)}>Kept until {dayText(iso, now)}</time>
}
