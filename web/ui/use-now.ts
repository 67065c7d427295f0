import { useEffect, useState } from 'react'

/** The time, renewed every so often while `running`. Null until the page is alive, so that server and browser agree. */
export function useNow(everyMs: number, running = true): number | null {
  const [now, setNow] = useState<number | null>(null)
  useEffect(() => {
    setNow(Date.now())
    if (!running) return
    const timer = setInterval(() => setNow(Date.now()), everyMs)
    return () => clearInterval(timer)
  }, [everyMs, running])
  return now
}
