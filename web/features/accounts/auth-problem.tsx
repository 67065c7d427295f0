import type { Problem } from '@/api/problem.ts'
import { Notice } from '@/ui/notice.tsx'
import { waitText } from './use-auth-form.ts'

interface AuthProblemProps {
  problem: Problem | null
  waitSeconds: number
  /** The one sentence for every refusal of the details given; it never tells whether an address is known. */
  refused: string
}

export function AuthProblem({ problem, waitSeconds, refused }: AuthProblemProps) {
  if (problem === null) return null
  if (problem.status === 429) {
    return (
      <Notice title="Too many tries">
        <p aria-hidden="true">{waitSeconds > 0 ? `You can try again in ${waitText(waitSeconds)}.` : 'You can try again now.'}</p>
        <p className="visually-hidden">You can try again in {waitText(problem.retryAfterSeconds ?? 60)}.</p>
      </Notice>
    )
  }
  if (problem.status >= 400 && problem.status < 500) return <Notice title={refused} />
  return <Notice title={problem.message} reference={problem.requestId} />
}
