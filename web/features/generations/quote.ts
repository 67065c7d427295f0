import { queryOptions, useQuery, type Query, type QueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { answer, client } from '@/api/client.ts'
import type { Quote } from '@/api/model.ts'
import { Problem } from '@/api/problem.ts'
import { creditsText } from '../credits/credits-text.ts'
import { quoteLifeMs, sameSettings, type Wanted } from './quote-life.ts'

/** After the last change this long; nobody reads a price while typing. */
const TYPING_MS = 250
/** How long a press waits for a quote that is still on its way. A slow quote must not hold anybody up. */
const PATIENCE_MS = 3_000

function quoteQuery(wanted: Wanted | null) {
  return queryOptions({
    queryKey: ['quote', wanted] as const,
    queryFn: ({ signal }): Promise<Quote> => answer(client.POST('/api/quotes', { body: { model: wanted!.model, input: wanted!.input }, signal })),
    staleTime: lifeLeft,
    gcTime: 15 * 60_000,
    retry: false,
  })
}

function lifeLeft({ state }: Pick<Query<Quote>, 'state'>): number {
  return state.data === undefined ? 0 : quoteLifeMs(state.data.expiresAt, state.dataUpdatedAt)
}

/**
 * The server's price for what is wanted now, or undefined while there is none: the catalogue's price stands in. Words of the prompt do
 * not change what is shown, so that typing never makes the number blink; a changed setting does, at once.
 */
export function useQuote(wanted: Wanted | null): Quote | undefined {
  const paused = useSettled(wanted)
  const { data } = useQuery({
    ...quoteQuery(paused),
    enabled: paused !== null,
    refetchInterval: (query) => (query.state.data === undefined ? false : lifeLeft(query)),
    placeholderData: (previous, query) => (sameSettings(query?.queryKey[1], paused) ? previous : undefined),
  })
  return sameSettings(wanted, paused) ? data : undefined
}

/** The value once it has stayed the same for a moment. */
function useSettled(wanted: Wanted | null): Wanted | null {
  const text = JSON.stringify(wanted)
  const [settled, setSettled] = useState('null')
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), TYPING_MS)
    return () => clearTimeout(timer)
  }, [text])
  return JSON.parse(settled) as Wanted | null
}

/**
 * The quote that binds the price the person saw on the button, or undefined when none can be had and the catalogue's price must do.
 * Throws `price.changed` when the server's price is another one: then nothing is sent.
 */
export async function agreeOnPrice(queries: QueryClient, wanted: Wanted, seen: number): Promise<string | undefined> {
  const late = new Promise<undefined>((resolve) => setTimeout(resolve, PATIENCE_MS))
  const quote = await Promise.race([queries.fetchQuery(quoteQuery(wanted)).catch(() => undefined), late])
  if (quote === undefined || quote.credits === seen) return quote?.quoteId
  void queries.invalidateQueries({ queryKey: ['models'] })
  throw new Problem({ status: 409, code: 'price.changed', message: `It costs ${creditsText(quote.credits)} now, not ${seen}. Press again to have it for that.` })
}

/** A quote that the server no longer knows is of no use to anybody. */
export async function forgetQuote(queries: QueryClient, wanted: Wanted): Promise<void> {
  await queries.invalidateQueries({ queryKey: quoteQuery(wanted).queryKey, refetchType: 'none' })
}
