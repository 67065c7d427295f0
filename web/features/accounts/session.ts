import { useQuery } from '@tanstack/react-query'
import { answer, client, postAuth } from '@/api/client.ts'
import type { App, Me } from '@/api/model.ts'
import { Problem } from '@/api/problem.ts'
import { forgetDraft } from '../generations/draft.ts'
import { forgetVideoDraft } from '../generations/video-draft.ts'
import { signInHref } from './safe-next.ts'

export function useMe() {
  return useQuery<Me>({
    queryKey: ['me'],
    queryFn: ({ signal }) => answer(client.GET('/api/me', { signal })),
    staleTime: 5 * 60_000,
  })
}

/** What this installation says about itself before anybody signs in. */
export function useApp() {
  return useQuery<App>({
    queryKey: ['app'],
    queryFn: ({ signal }) => answer(client.GET('/api/app', { signal })),
    staleTime: Infinity,
  })
}

/** Any read that finds the session gone leads to sign-in and back. A full page load also drops what the last person saw. */
export function leaveForSignIn(error: unknown): void {
  if (!(error instanceof Problem) || error.status !== 401) return
  const { pathname, search } = window.location
  if (pathname !== '/sign-in' && pathname !== '/sign-up') window.location.replace(signInHref(pathname + search))
}

/** Ends the session here, and leaves no prompt behind on the device. */
export async function signOut(): Promise<void> {
  await postAuth('/api/auth/sign-out', {})
  forgetDraft()
  forgetVideoDraft()
  window.location.assign('/sign-in')
}
