import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openMetrics } from './metrics.ts'

test('two apps in one process count apart', async () => {
  const first = openMetrics({ processMetrics: false })
  const second = openMetrics({ processMetrics: false })
  first.counter({ name: 'things_total', help: 'Things' }).inc(3)
  second.counter({ name: 'things_total', help: 'Things' }).inc(1)
  assert.match(await first.render(), /^cooly_things_total 3$/m)
  assert.match(await second.render(), /^cooly_things_total 1$/m)
})

test('a request is counted under its method, route template and status', async () => {
  const metrics = openMetrics({ processMetrics: false })
  metrics.observeRequest({ method: 'GET', route: '/api/things/:id', status: 404, seconds: 0.002 })
  assert.match(
    await metrics.render(),
    /^http_request_duration_seconds_count\{method="GET",route="\/api\/things\/:id",status="404"\} 1$/m,
  )
})

test('a name is taken once', () => {
  const metrics = openMetrics({ processMetrics: false })
  metrics.gauge({ name: 'depth', help: 'Depth' })
  assert.throws(() => metrics.gauge({ name: 'depth', help: 'Depth' }), /already been registered/)
})

test('process figures are there unless declined', async () => {
  assert.match(await openMetrics().render(), /^process_resident_memory_bytes /m)
  assert.doesNotMatch(await openMetrics({ processMetrics: false }).render(), /process_/)
})
