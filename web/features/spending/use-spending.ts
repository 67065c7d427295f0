import { useQuery } from '@tanstack/react-query'
import { answer, client } from '@/api/client.ts'
import type { Spending } from '@/api/model.ts'
import { problemFrom } from '@/api/problem.ts'

export const groups = ['day', 'provider', 'model', 'account'] as const
export type SpendingGroup = (typeof groups)[number]

/** What calls to providers cost on these days. Waits while the days are not known. */
export function useSpending(groupBy: SpendingGroup, days: readonly string[] | null) {
  return useQuery<Spending>({
    queryKey: ['console', 'spending', groupBy, days?.[0], days?.at(-1)],
    // The same address also answers with a file; this call asks for the figures.
    queryFn: async ({ signal }) => (await answer(client.GET('/api/admin/provider-usage', { params: { query: { groupBy, from: days![0]!, to: days!.at(-1)! } }, signal }))) as Spending,
    enabled: days !== null,
  })
}

/** The same figures as a file. Throws a `Problem`. */
export async function downloadSpending(groupBy: SpendingGroup, days: readonly string[]): Promise<void> {
  const query = new URLSearchParams({ groupBy, from: days[0]!, to: days.at(-1)! })
  const response = await fetch(`/api/admin/provider-usage?${query}`, { headers: { accept: 'text/csv' } })
  if (!response.ok) throw await problemFrom(response)
  const address = URL.createObjectURL(await response.blob())
  const link = Object.assign(document.createElement('a'), { href: address, download: 'provider-usage.csv' })
  link.click()
  setTimeout(() => URL.revokeObjectURL(address), 10_000)
}
