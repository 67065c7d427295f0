import {
  Counter,
  Gauge,
  Histogram,
  Registry,
  collectDefaultMetrics,
  type CounterConfiguration,
  type GaugeConfiguration,
  type HistogramConfiguration,
} from 'prom-client'

const PREFIX = 'cooly_'

/** From a millisecond, which a cached read takes, to the minute that a waiting image request may. */
const DURATION_BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60]

type Instrument<Configuration> = Omit<Configuration, 'registers'>

/** One running app's metrics. Several apps may live in one process, each with its own numbers. */
export interface Metrics {
  readonly contentType: string
  /** The Prometheus text of every instrument. */
  render(): Promise<string>
  /** Records one answered request. `route` is the template, never the path: paths are without number. */
  observeRequest(request: { method: string; route: string; status: number; seconds: number }): void
  /** An instrument named `cooly_<name>`. A name taken before is refused with an error. */
  counter<Label extends string = never>(options: Instrument<CounterConfiguration<Label>>): Counter<Label>
  gauge<Label extends string = never>(options: Instrument<GaugeConfiguration<Label>>): Gauge<Label>
  histogram<Label extends string = never>(options: Instrument<HistogramConfiguration<Label>>): Histogram<Label>
}

/** Opens a registry of its own. `processMetrics` adds memory, CPU and event-loop figures of the process. */
export function openMetrics({ processMetrics = true }: { processMetrics?: boolean } = {}): Metrics {
  const registry = new Registry()
  if (processMetrics) collectDefaultMetrics({ register: registry })
  const requests = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'Time from the first byte of a request to the last byte of its answer',
    labelNames: ['method', 'route', 'status'],
    buckets: DURATION_BUCKETS,
    registers: [registry],
  })
  const own = <Options extends { name: string }>(options: Options) => ({
    ...options,
    name: PREFIX + options.name,
    registers: [registry],
  })
  return {
    contentType: registry.contentType,
    render: () => registry.metrics(),
    observeRequest: ({ seconds, ...labels }) => requests.observe(labels, seconds),
    counter: (options) => new Counter(own(options)),
    gauge: (options) => new Gauge(own(options)),
    histogram: (options) => new Histogram({ buckets: DURATION_BUCKETS, ...own(options) }),
  }
}
