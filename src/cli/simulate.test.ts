import assert from 'node:assert/strict'
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { test } from 'node:test'

const ENTRY = new URL('./simulate.ts', import.meta.url)

test('forked, it says where it is, answers there, and ends with its parent', async () => {
  const child = fork(ENTRY, ['--port', '0'], { env: { SIMULATOR_LATENCY_MS: '0' }, stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
  const [message] = (await once(child, 'message')) as [{ ready: boolean; url: string }]
  assert.equal(message.ready, true)
  assert.equal((await fetch(`${message.url}/simulator/stats`)).status, 200)
  child.disconnect()
  assert.deepEqual(await once(child, 'exit'), [0, null])
})

test('every vendor has its own prefix on the one port, and the program prints them all', async () => {
  const child = fork(ENTRY, ['--port', '0'], { env: { SIMULATOR_LATENCY_MS: '0' }, stdio: ['ignore', 'pipe', 'inherit', 'ipc'] })
  const said = once(child, 'message')
  let printed = ''
  const vendors = Promise.withResolvers<void>()
  child.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
    printed += chunk
    if (printed.includes('OpenAI') && printed.endsWith('\n')) vendors.resolve()
  })
  const [[{ url }]] = (await Promise.all([said, vendors.promise])) as [[{ url: string }], void]
  for (const [, address = ''] of printed.matchAll(/simulated \S+ at (\S+)\n/g)) {
    assert(address.startsWith(`${url}/`))
    assert.equal((await fetch(`${address}/nothing-here`, { method: 'POST' })).headers.get('content-type'), 'application/json', address)
  }
  assert.match(printed, /^simulated ModelArk at \S+\/api\/v3\n/)
  assert.match(printed, /^simulated OpenAI at \S+\/openai\/v1\n/m)
  child.disconnect()
  await once(child, 'exit')
})

test('SIGTERM ends it with code 0, calls under way or not', async () => {
  const child = fork(ENTRY, ['--port', '0'], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
  const [{ url }] = (await once(child, 'message')) as [{ url: string }]
  const body = JSON.stringify({ model: 'seedream-4-0-250828', prompt: 'a fox [[fault:hang]]', size: '1K' })
  const broken = assert.rejects(fetch(`${url}/api/v3/images/generations`, { method: 'POST', headers: { authorization: 'Bearer any' }, body }))
  while (((await (await fetch(`${url}/simulator/stats`)).json()) as { calls: number }).calls === 0);
  child.kill('SIGTERM')
  assert.deepEqual(await once(child, 'exit'), [0, null])
  await broken
})

test('faults strike by themselves as the dice say, and dice that are none are refused with code 2', async () => {
  const child = fork(ENTRY, ['--port', '0', '--dice', '500=100', '--seed', '3'], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
  const [{ url }] = (await once(child, 'message')) as [{ url: string }]
  for (const path of ['/api/v3/images/generations', '/openai/v1/images/generations']) {
    const body = JSON.stringify({ model: path.includes('openai') ? 'gpt-image-2' : 'seedream-4-0-250828', prompt: 'a fox' })
    const answer = await fetch(`${url}${path}`, { method: 'POST', headers: { authorization: 'Bearer any', 'content-type': 'application/json' }, body })
    assert.equal(answer.status, 500, path)
    await answer.body?.cancel()
  }
  child.disconnect()
  await once(child, 'exit')
  const wrong = fork(ENTRY, ['--port', '0', '--dice', 'tired=5'], { stdio: ['ignore', 'ignore', 'ignore', 'ipc'] })
  assert.deepEqual(await once(wrong, 'exit'), [2, null])
})

test('a port that is no number is refused with code 2', async () => {
  const child = fork(ENTRY, ['--port', 'x'], { stdio: ['ignore', 'ignore', 'ignore', 'ipc'] })
  assert.deepEqual(await once(child, 'exit'), [2, null])
})

test('--help names every option, and what cannot be understood or listened on is said in words', async () => {
  const run = async (...args: string[]) => {
    const child = fork(ENTRY, args, { stdio: ['ignore', 'pipe', 'pipe', 'ipc'] })
    let said = ''
    for (const stream of [child.stdout!, child.stderr!]) stream.setEncoding('utf8').on('data', (chunk: string) => (said += chunk))
    const [code] = (await once(child, 'close')) as [number]
    return { code, said }
  }
  const help = await run('--help')
  assert.equal(help.code, 0)
  for (const name of ['port', 'host', 'videos-at-once', 'videos-queued', 'dice', 'seed', 'tasks']) assert(help.said.includes(`--${name} <`), name)
  const unknown = await run('--bogus')
  assert.deepEqual([unknown.code, unknown.said.endsWith("'--bogus'\nSee: npm run simulate -- --help\n")], [2, true])
  const file = await run('--tasks', import.meta.filename)
  assert.deepEqual([file.code, file.said.startsWith('--tasks: EEXIST')], [2, true])
  const first = fork(ENTRY, ['--port', '0'], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
  const [{ url }] = (await once(first, 'message')) as [{ url: string }]
  const { port } = new URL(url)
  assert.deepEqual(await run('--port', port), { code: 4, said: `Port ${port} is taken.\n` })
  first.disconnect()
  await once(first, 'exit')
})
