import { useEffect, useState } from 'react'
import { postAuth } from '@/api/client.ts'
import { toProblem, type Problem } from '@/api/problem.ts'
import { forgetRuns } from '../generations/use-runs.ts'
import { safeNext } from './safe-next.ts'

/** What both forms share: send, go on to the page asked for, or say why not. A limit is waited out second by second. */
export function useAuthForm(path: '/api/auth/sign-in/email' | '/api/auth/sign-up/email', next: string | undefined) {
  const [problem, setProblem] = useState<Problem | null>(null)
  const [sending, setSending] = useState(false)
  const [waitSeconds, setWaitSeconds] = useState(0)

  useEffect(() => {
    if (waitSeconds <= 0) return
    const timer = setTimeout(() => setWaitSeconds(waitSeconds - 1), 1000)
    return () => clearTimeout(timer)
  }, [waitSeconds])

  const send = async (body: Record<string, string>) => {
    setSending(true)
    setProblem(null)
    try {
      await postAuth(path, body)
      forgetRuns()
      // A whole page load: nothing the last person saw survives in memory.
      window.location.assign(safeNext(next))
    } catch (error) {
      const failed = toProblem(error)
      setProblem(failed)
      setWaitSeconds(failed.status === 429 ? (failed.retryAfterSeconds ?? 60) : 0)
      setSending(false)
    }
  }
  return { send, sending, problem, waitSeconds }
}

/** `45 seconds`, `3 minutes`: how long until the next try. */
export function waitText(seconds: number): string {
  if (seconds < 90) return seconds === 1 ? '1 second' : `${seconds} seconds`
  return `${Math.ceil(seconds / 60)} minutes`
}
