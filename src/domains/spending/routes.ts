import { Readable } from 'node:stream'
import { z } from 'zod'
import type { Db } from '#platform/db'
import { bytes, route } from '#platform/http'
import { readReport, REPORT_DAYS_MAX, reportGroups } from './report.ts'
import { figuresView, reportCsv, SpendingReport, wasteView } from './views.ts'

const DEFAULT_DAYS = 30
const DAY_MS = 86_400_000

const day = z.iso.date().refine((text) => text >= '2000-01-01' && text <= '2999-12-31', 'must be a day of this millennium')
const name = z.string().min(1).max(100)

const ReportQuery = z
  .strictObject({
    from: day.optional().describe(`The first day, in UTC; ${DEFAULT_DAYS} days up to \`to\` unless given`),
    to: day.optional().describe('The last day, included; today unless given'),
    groupBy: z.enum(reportGroups).default('day'),
    provider: name.optional(),
    model: name.optional().describe('The one that was called'),
  })
  .transform(({ from, to, groupBy, provider = null, model = null }) => {
    const last = to ?? dayOf(Date.now())
    return { from: from ?? dayOf(Date.parse(last) - (DEFAULT_DAYS - 1) * DAY_MS), to: last, groupBy, provider, model }
  })
  .superRefine(({ from, to }, context) => {
    const days = (Date.parse(to) - Date.parse(from)) / DAY_MS + 1
    if (days < 1) context.addIssue({ code: 'custom', path: ['from'], message: 'must not be after `to`' })
    if (days > REPORT_DAYS_MAX) context.addIssue({ code: 'custom', path: ['from'], message: `may be at most ${REPORT_DAYS_MAX - 1} days before \`to\`` })
  })

export interface SpendingRoutesParts {
  readonly db: Db
  /** What a credit is worth, in millionths of a dollar. */
  readonly creditValueMicroUsd: number
}

export function spendingRoutes({ db, creditValueMicroUsd }: SpendingRoutesParts) {
  return [
    route({
      method: 'GET',
      path: '/api/admin/provider-usage',
      operation: 'getProviderUsage',
      summary: 'What calls to providers cost, what was earned with them, and what was wasted; as CSV with Accept: text/csv',
      tags: ['admin'],
      access: 'viewer',
      query: ReportQuery,
      status: 200,
      reply: SpendingReport,
      alsoProduces: ['text/csv'],
      errors: [],
      handle: async ({ query, request }) => {
        const report = await readReport(db, query)
        const items = report.items.map((line) => ({ key: line.key, ...figuresView(line, creditValueMicroUsd) }))
        if (request.headers.accept?.includes('text/csv') === true) return csv(reportCsv(items))
        const { from, to, groupBy } = query
        return { from, to, groupBy, creditValueMicroUsd, items, waste: wasteView(report), total: figuresView(report.total, creditValueMicroUsd) }
      },
    }),
  ]
}

function csv(text: string) {
  const headers = { 'content-disposition': 'attachment; filename="provider-usage.csv"' }
  return bytes({ body: Readable.from([text]), contentType: 'text/csv; charset=utf-8', headers })
}

function dayOf(time: number): string {
  return new Date(time).toISOString().slice(0, 10)
}
