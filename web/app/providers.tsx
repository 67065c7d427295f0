'use client'

import { QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { useState, type ReactNode } from 'react'
import { worthRetrying } from '@/api/client.ts'
import { leaveForSignIn } from '@/features/accounts/session.ts'

export function Providers({ children }: { children: ReactNode }) {
  const [queries] = useState(makeQueryClient)
  return <QueryClientProvider client={queries}>{children}</QueryClientProvider>
}

/** Live events say when something changed, so nothing is refetched merely because time passed. */
function makeQueryClient(): QueryClient {
  return new QueryClient({
    queryCache: new QueryCache({ onError: leaveForSignIn }),
    defaultOptions: { queries: { retry: worthRetrying, staleTime: 30_000 } },
  })
}
