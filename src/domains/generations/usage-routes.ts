import { z } from 'zod'
import type { Db } from '#platform/db'
import { route } from '#platform/http'
import { readUsage, USAGE_DAYS_MAX, type UsageGroup, usageGroups, type UsageLine } from './usage.ts'

const DEFAULT_DAYS = 30
const DAY_MS = 86_400_000

const day = z.iso.date().refine((text) => text >= '2000-01-01' && text <= '2999-12-31', 'must be a day of this millennium')
const counts = { generations: z.number().int(), outputs: z.number().int(), credits: z.number().int() }

const UsageQuery = z
  .strictObject({
    from: day.optional().describe(`The first day, in UTC; ${DEFAULT_DAYS} days up to \`to\` unless given`),
    to: day.optional().describe('The last day, included; today unless given'),
    by: z.enum(usageGroups).default('model'),
  })
  .transform(({ from, to, by }) => withDefaults(from, to, by))
  .superRefine(({ from, to }, context) => {
    const days = (Date.parse(to) - Date.parse(from)) / DAY_MS + 1
    if (days < 1) context.addIssue({ code: 'custom', path: ['from'], message: 'must not be after `to`' })
    if (days > USAGE_DAYS_MAX) context.addIssue({ code: 'custom', path: ['from'], message: `may be at most ${USAGE_DAYS_MAX - 1} days before \`to\`` })
  })

const UsageView = z
  .object({
    from: z.iso.date(),
    to: z.iso.date(),
    by: z.enum(usageGroups),
    items: z.array(z.object({ key: z.string().describe('The model, or the day as YYYY-MM-DD'), ...counts })),
    total: z.object(counts),
  })
  .meta({ id: 'Usage', description: 'What was charged, on the day it was charged. Generations that delivered nothing cost nothing and are not in it.' })

export function usageRoutes({ db }: { readonly db: Db }) {
  return [
    route({
      method: 'GET',
      path: '/api/credits/usage',
      operation: 'getUsage',
      summary: 'What credits were spent on, by model or by day',
      tags: ['credits'],
      access: 'member',
      query: UsageQuery,
      status: 200,
      reply: UsageView,
      errors: [],
      handle: async ({ actor, query }) => {
        const { items, total } = await readUsage(db, { accountId: actor.accountId, ...query })
        return { ...query, items: items.map(({ key, ...line }) => ({ key, ...countsOf(line) })), total: countsOf(total) }
      },
    }),
  ]
}

function withDefaults(from: string | undefined, to: string | undefined, by: UsageGroup) {
  const last = to ?? dayOf(Date.now())
  return { from: from ?? dayOf(Date.parse(last) - (DEFAULT_DAYS - 1) * DAY_MS), to: last, by }
}

function dayOf(time: number): string {
  return new Date(time).toISOString().slice(0, 10)
}

function countsOf({ generations, outputs, credits }: Omit<UsageLine, 'key'>) {
  return { generations: Number(generations), outputs: Number(outputs), credits: Number(credits) }
}
