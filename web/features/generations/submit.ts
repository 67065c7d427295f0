import { useMutation, useQueryClient } from '@tanstack/react-query'
import { answer, client } from '@/api/client.ts'
import type { Generation, GenerationInput } from '@/api/model.ts'
import { toProblem } from '@/api/problem.ts'
import { announce } from '@/ui/announcer.tsx'
import { creditsText } from '../credits/credits-text.ts'
import { newKey } from './idempotency-key.ts'
import { picturesText } from './progress.ts'

export interface Order {
  model: string
  input: GenerationInput
}

const pausesMs = [500, 1500, 4000]

/**
 * Sends one order. A lost answer is asked for again with the same key, so that it cannot become two
 * orders; a refusal is final. Only a new press makes a new key.
 */
async function submit({ model, input }: Order, key: string): Promise<Generation> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return (await answer(client.POST('/api/images/{model}/generate', {
        params: { path: { model }, header: { 'Idempotency-Key': key } },
        body: input,
      }))) as Generation
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
 * The order that got no answer, and its key. Pressing again with the same order must find it,
 * because it may well have been taken.
 */
let unanswered: { order: string; key: string } | null = null

export function useSubmit(onTaken: (generation: Generation) => void) {
  const queries = useQueryClient()
  return useMutation<Generation, Error, Order>({
    mutationFn: async (order) => {
      const text = JSON.stringify(order)
      const key = unanswered?.order === text ? unanswered.key : newKey()
      unanswered = { order: text, key }
      try {
        return await submit(order, key)
      } catch (error) {
        if (toProblem(error).status !== 0 && toProblem(error).status < 500) unanswered = null
        throw error
      }
    },
    onSuccess: (generation) => {
      unanswered = null
      // The answer tells the beginning; by the time it is here the work may have gone on.
      queries.setQueryData<Generation>(['generation', generation.id], (known) => known ?? generation)
      void queries.invalidateQueries({ queryKey: ['generation', generation.id] })
      for (const key of ['credits', 'generations', 'transactions']) void queries.invalidateQueries({ queryKey: [key] })
      announce(`Started: ${picturesText(generation.input.n ?? 1)}, ${creditsText(generation.credits.held)} held.`)
      onTaken(generation)
    },
  })
}
