import type { Db } from '#platform/db'
import type { Metrics } from '#platform/telemetry'
import type { Catalogue } from './catalogue.ts'
import type { PriceList } from './price-list.ts'
import { statusOf } from './model.ts'
import { countOpenFindings } from './sql-findings.ts'

const DAY_MS = 86_400_000

/** Says at every look how long models still live, and how much of what providers said about that nobody has dealt with. */
export function gaugeLife({ db, catalogue, prices, metrics }: { readonly db: Db; readonly catalogue: Catalogue; readonly prices: PriceList; readonly metrics: Metrics }): void {
  metrics.gauge({
    name: 'model_shutdown_days',
    help: 'Days until a model ends, for those that are offered and have an end',
    labelNames: ['model'],
    collect() {
      this.reset()
      const now = prices.now()
      for (const model of catalogue.models().filter((one) => statusOf(one, now) === 'deprecated')) {
        this.set({ model: model.id }, (Date.parse(model.shutdownAt!) - now.getTime()) / DAY_MS)
      }
    },
  })
  metrics.gauge({
    name: 'model_findings_open',
    help: 'What providers said about the life of models and nobody has dealt with',
    async collect() {
      this.set(await countOpenFindings(db))
    },
  })
}
