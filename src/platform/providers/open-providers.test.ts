import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openProviders, openVideoProviders } from './index.ts'

test('a vendor is opened under the name of the catalogue, and says whether it is simulated', async () => {
  const settings = { apiKey: 'key', baseUrl: 'http://127.0.0.1:1/api/v3' }
  for (const simulated of [true, false]) {
    const provider = (await openProviders({ bytedance: { ...settings, simulated } })).get('bytedance')
    assert.deepEqual([provider?.name, provider?.simulated], ['bytedance', simulated])
    const videos = (await openVideoProviders({ bytedance: { ...settings, simulated } })).get('bytedance')
    assert.deepEqual([videos?.name, videos?.simulated], ['bytedance', simulated])
  }
})

test('a vendor that is not configured is not opened', async () => {
  assert.deepEqual([(await openProviders({})).size, (await openVideoProviders({})).size], [0, 0])
})
