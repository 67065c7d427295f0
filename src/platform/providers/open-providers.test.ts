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

test('OpenAI\'s own host makes images and no videos; a gateway makes both', async () => {
  const openai = { apiKey: 'key', simulated: false, inlineOutputs: { store: null } }
  for (const [baseUrl, videos] of [['https://api.openai.com/v1', false], ['https://eu.api.openai.com/v1', false], ['https://notapi.openai.com.example/v1', true], ['https://gateway.example/v1', true]] as const) {
    const config = { openai: { ...openai, baseUrl } }
    assert.equal((await openProviders(config)).has('openai'), true)
    assert.equal((await openVideoProviders(config)).has('openai'), videos, baseUrl)
  }
})

test('Google opens Omni with a key, Veo with a service account, and Veo by key only where it is asked for', async () => {
  const gemini = { apiKey: 'key', baseUrl: 'http://127.0.0.1:1/v1beta', simulated: true }
  const vertex = { project: 'p', location: 'us-central1', simulated: true, keyFileJson: null }
  assert.deepEqual([...(await openVideoProviders({ gemini })).keys()], ['google'])
  assert.deepEqual([...(await openVideoProviders({ gemini: { ...gemini, veo: true }, vertex })).keys()], ['google', 'google-veo', 'google-vertex'])
  await assert.rejects(openVideoProviders({ vertex: { ...vertex, simulated: false } }), TypeError)
})
