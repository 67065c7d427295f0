import { useInfiniteQuery } from '@tanstack/react-query'
import { answer, client } from '@/api/client.ts'
import type { Page, Transaction } from '@/api/model.ts'
import { problemFrom } from '@/api/problem.ts'

export interface StatementFilter {
  kind?: Transaction['kind']
  holds?: 'true'
}

export function useTransactions(filter: StatementFilter) {
  return useInfiniteQuery({
    queryKey: ['transactions', filter],
    queryFn: async ({ pageParam, signal }) => (await answer(client.GET('/api/credits/transactions', {
      params: { query: { ...filter, limit: 25, ...(pageParam === undefined ? {} : { cursor: pageParam }) } },
      signal,
      // The same address also answers with a file; this call asks for the list.
    }))) as Page<Transaction>,
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.nextCursor ?? undefined,
    select: ({ pages }) => pages.flatMap((page) => page.items),
  })
}

/** The same statement as a file. Throws a `Problem`. */
export async function downloadStatement(filter: StatementFilter): Promise<void> {
  const query = new URLSearchParams({ ...filter })
  const response = await fetch(`/api/credits/transactions?${query}`, { headers: { accept: 'text/csv' } })
  if (!response.ok) throw await problemFrom(response)
  const address = URL.createObjectURL(await response.blob())
  const link = Object.assign(document.createElement('a'), { href: address, download: 'credits.csv' })
  link.click()
  setTimeout(() => URL.revokeObjectURL(address), 10_000)
}
