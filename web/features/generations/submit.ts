import { useMutation, useQueryClient, type QueryClient } from '@tanstack/react-query'
import { answer, client } from '@/api/client.ts'
import type { Generation } from '@/api/model.ts'
import { toProblem } from '@/api/problem.ts'
import { announce } from '@/ui/announcer.tsx'
import { creditsText } from '../credits/credits-text.ts'
import { newKey } from './idempotency-key.ts'
import { piecesText } from './pieces-text.ts'
import type { Wanted } from './quote-life.ts'
import { agreeOnPrice, forgetQuote } from './quote.ts'

export interface Order extends Wanted {
  /** The generation that it repeats as a whole. */
  repeats?: string
  /** The number on the button that was pressed. Nothing is sent that would take more. */
  seen: number
}

/** How an order goes out. A repetition of it must be the same to the letter. */
interface Sending {
  /** The order as text, to know it again. */
  order: string
  key: string
  quoteId: Promise<string | undefined>
}

const pausesMs = [500, 1500, 4000]

/**
 * Sends one order. A lost answer is asked for again with the same key, so that it cannot become two
 * orders; a refusal is final. Only a new press makes a new key.
 */
async function submit({ kind, model, input, repeats }: Omit<Order, 'seen'>, key: string, quoteId: string | undefined): Promise<Generation> {
  const header = { 'Idempotency-Key': key }
  const quote = quoteId === undefined ? {} : { quoteId }
  const request = { params: { path: { model }, header }, body: { ...input, ...quote } }
  for (let attempt = 0; ; attempt += 1) {
    try {
      const sent = repeats !== undefined ? client.POST('/api/generations/{id}/retry', { params: { path: { id: repeats }, header }, body: quote })
        : kind === 'image' ? client.POST('/api/images/{model}/generate', request) : client.POST('/api/videos/{model}/generate', request)
      return (await answer<unknown>(sent)) as Generation
    } catch (error) {
      const { status } = toProblem(error)
      const pauseMs = pausesMs[attempt]
      const lost = status === 0 || status === 502 || status === 503 || status === 504
      if (!lost || pauseMs === undefined) throw error
      await new Promise((resolve) => setTimeout(resolve, pauseMs))
    }
  }
}

/**
 * The order that got no answer yet, and how it was sent. Pressing again with the same order must find it,
 * because it may well have been taken.
 */
let unanswered: Sending | null = null

/** Agrees on the price and sends. A quote that has lapsed meanwhile was refused with nothing started, so a new one is asked for, once. */
async function place(queries: QueryClient, { seen, ...asked }: Order, again = false): Promise<Generation> {
  const { repeats: _, ...wanted } = asked
  const order = JSON.stringify(asked)
  const sending = unanswered?.order === order ? unanswered : { order, key: newKey(), quoteId: agreeOnPrice(queries, wanted, seen) }
  unanswered = sending
  try {
    const generation = await submit(asked, sending.key, await sending.quoteId)
    if (unanswered === sending) unanswered = null
    return generation
  } catch (error) {
    const { status, code } = toProblem(error)
    if (unanswered === sending && status !== 0 && status < 500) unanswered = null
    if (again || (code !== 'quote.missing' && code !== 'quote.mismatch')) throw error
    await forgetQuote(queries, wanted)
    return place(queries, { ...asked, seen }, true)
  }
}

/** Longer than a double click takes, and than a key is held before it repeats. */
const SAME_PRESS_MS = 700
let pressed = { order: '', at: -Infinity }

/** Whether an order only goes on with the press before it, as the second click of a double click does: that is one order, and paid once. */
export function isSamePress(next: Order): boolean {
  const before = pressed
  pressed = { order: JSON.stringify(next), at: performance.now() }
  return pressed.order === before.order && pressed.at - before.at < SAME_PRESS_MS
}

export function useSubmit(onTaken: (generation: Generation) => void) {
  const queries = useQueryClient()
  return useMutation<Generation, Error, Order>({
    mutationFn: (order) => place(queries, order),
    // Whoever presses again after a refusal means it.
    onError: () => void (pressed = { ...pressed, at: -Infinity }),
    onSuccess: (generation) => {
      // The answer tells the beginning; by the time it is here the work may have gone on.
      queries.setQueryData<Generation>(['generation', generation.id], (known) => known ?? generation)
      void queries.invalidateQueries({ queryKey: ['generation', generation.id] })
      for (const key of ['credits', 'generations', 'transactions']) void queries.invalidateQueries({ queryKey: [key] })
      announce(`Started: ${piecesText(generation, generation.input.n ?? 1)}, ${creditsText(generation.credits.held)} held.`)
      onTaken(generation)
    },
  })
}
