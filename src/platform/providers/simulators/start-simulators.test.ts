import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import { after, test } from 'node:test'
import { startSimulators } from './start-simulators.ts'

const simulators = await startSimulators({ host: '127.0.0.1', port: 0, latencyMs: 0, urlTtlSeconds: 3_600, pictures: 'plain' })
after(() => simulators.close())

/** The status of a request whose target is sent as it stands, which no client library does. */
async function statusOf(target: string): Promise<string | undefined> {
  const socket = connect(simulators.port, '127.0.0.1').setEncoding('utf8')
  socket.write(`GET ${target} HTTP/1.1\r\nhost: simulator\r\nauthorization: Bearer key\r\nx-goog-api-key: key\r\nconnection: close\r\n\r\n`)
  const [answer] = (await Promise.race([once(socket, 'data'), once(socket, 'close').then(() => [''])])) as [string]
  socket.destroy()
  return answer.split(' ')[1]
}

test('a target that is no address is refused, and ends the simulators for nobody', async () => {
  for (const target of ['//', 'http://[', '/\\\\']) assert.equal(await statusOf(target), '400', target)
  for (const target of ['/openai//', '/google//', '/api/v3/contents/generations/tasks/%zz', '/openai/v1/videos/%zz', '/google/v1beta/interactions/%zz']) assert.equal(await statusOf(target), '404', target)
})

test('a body with something else in place of an object is a mistake of the caller, and no failure of the simulator', async () => {
  const veo = { instances: [null], parameters: {} }
  const bodies: readonly (readonly [path: string, body: unknown])[] = [
    ['/api/v3/contents/generations/tasks', { model: 'dreamina-seedance-2-0-260128', content: [null] }],
    ['/google/v1beta/interactions', { model: 'gemini-omni-1.2-flash', input: [null], response_format: { type: 'video' } }],
    ['/google/v1beta/models/veo-3.1-generate-preview:predictLongRunning', veo],
    ['/google/vertex/v1/projects/p/locations/l/publishers/google/models/veo-3.1-generate-001:predictLongRunning', { ...veo, instances: 7 }],
    ['/google/vertex/v1/projects/p/locations/l/publishers/google/models/veo-3.1-generate-001:predictLongRunning', { ...veo, instances: [{ prompt: 'a fox', referenceImages: [null] }] }],
  ]
  for (const [path, body] of bodies) {
    const headers = { authorization: 'Bearer key', 'x-goog-api-key': 'key' }
    const response = await fetch(simulators.url + path, { method: 'POST', headers, body: JSON.stringify(body) })
    assert.equal(response.status, 400, `${path}: ${await response.text()}`)
  }
})
