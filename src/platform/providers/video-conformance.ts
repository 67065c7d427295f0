import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { buffer } from 'node:stream/consumers'
import { test } from 'node:test'
import { ProviderFailure, type ProviderFailureReason, type VideoCall, type VideoProvider, type VideoResult, type VideoTask } from './port.ts'

export interface VideoConformance {
  /** A fresh adapter that talks to the vendor's simulator at no latency. */
  open(settings?: { timeoutMs?: number; baseUrl?: string }): VideoProvider
  readonly providerModel: string
  /** What a call of this vendor usually says: resolution, ratio, duration. */
  readonly settings: Partial<VideoCall>
  /** How many submits the simulator has had for a request. */
  submitsOf(requestId: string): number
  /** How many videos of a request the vendor would have billed. */
  billedOf(requestId: string): number
}

/** What a fault at the door has to become, whoever the vendor is. */
const REASONS: readonly (readonly [fault: string, reason: ProviderFailureReason, billed: number])[] = [
  ['429', 'rate', 0],
  ['500', 'provider_fault', 0],
  ['reset', 'outcome_unknown', 0],
  ['bad-json', 'bad_response', 1],
  ['lost-reply', 'outcome_unknown', 1],
  ['refuse-input', 'content_input', 0],
]

const POLL_REASONS: readonly (readonly [fault: string, reason: ProviderFailureReason])[] = [
  ['poll-429', 'rate'],
  ['poll-500', 'provider_fault'],
  ['poll-bad-json', 'bad_response'],
]

/** The promises of a video provider, held against its simulator. */
export function videoConformance(suite: VideoConformance): void {
  const { open } = suite
  const options = { signal: new AbortController().signal }
  const callOf = (prompt: string): VideoCall => ({
    ...suite.settings,
    providerModel: suite.providerModel,
    prompt,
    clientReference: randomUUID(),
    requestId: randomUUID(),
    callNumber: 1,
  })
  const submit = async (provider: VideoProvider, call: VideoCall): Promise<string> => {
    const submission = await provider.submit(call, options)
    assert(submission.kind === 'task', 'a task was expected')
    return submission.taskId
  }
  const finish = async (provider: VideoProvider, taskId: string): Promise<VideoTask> => {
    for (;;) {
      const task = await provider.poll(taskId, options)
      if (task.state !== 'queued' && task.state !== 'running') return task
      await new Promise((resolve) => setImmediate(resolve))
    }
  }
  const make = async (provider: VideoProvider, call: VideoCall): Promise<VideoResult> => {
    const task = await finish(provider, await submit(provider, call))
    assert(task.state === 'succeeded', JSON.stringify(task))
    return task.result
  }

  test('a video is submitted, asked after and fetched, and is an MP4', async () => {
    const provider = open()
    const call = callOf('a lighthouse')
    const result = await make(provider, call)
    const { body } = await provider.fetchOutput(result, 'video', options)
    assert.equal((await buffer(body)).toString('latin1', 4, 8), 'ftyp')
    assert.deepEqual([suite.submitsOf(call.requestId), suite.billedOf(call.requestId)], [1, 1])
  })

  test('an ended task answers the same again and survives being stored as JSON', async () => {
    const provider = open()
    const taskId = await submit(provider, callOf('a fox'))
    const task = await finish(provider, taskId)
    const stored = JSON.parse(JSON.stringify(task)) as VideoTask
    assert.deepEqual(stored, task)
    const again = await open().poll(taskId, options)
    assert(again.state === 'succeeded' && stored.state === 'succeeded')
    for (const { result } of [again, stored]) (await provider.fetchOutput(result, 'video', options)).body.destroy()
  })

  for (const [fault, reason, billed] of REASONS) {
    test(`${fault} at the door becomes ${reason}, after one submit that is not repeated`, async () => {
      const call = callOf(`a fox [[fault:${fault}]]`)
      const failure = await failureOf(open().submit(call, options))
      assert.equal(failure.reason, reason)
      assert.deepEqual([suite.submitsOf(call.requestId), suite.billedOf(call.requestId)], [1, billed])
      assert.equal(failure.retryAfterSeconds, fault === '429' ? 1 : null)
    })
  }

  for (const [fault, reason] of POLL_REASONS) {
    test(`${fault} becomes ${reason} of that poll, and the task goes on`, async () => {
      const provider = open()
      const taskId = await submit(provider, callOf(`a fox [[fault:${fault}@1]]`))
      assert.equal((await failureOf(provider.poll(taskId, options))).reason, reason)
      assert.equal((await finish(provider, taskId)).state, 'succeeded')
    })
  }

  for (const [fault, reason] of [['refuse-output', 'content_output'], ['task-failed', 'provider_fault']] as const) {
    test(`${fault} is an answer and no rejection: failed as ${reason}, billed nothing`, async () => {
      const provider = open()
      const call = callOf(`a fox [[fault:${fault}]]`)
      const task = await finish(provider, await submit(provider, call))
      assert(task.state === 'failed', JSON.stringify(task))
      assert.equal(task.failure.reason, reason)
      assert.equal(suite.billedOf(call.requestId), 0)
      assert.deepEqual(JSON.parse(JSON.stringify(task)), task)
    })
  }

  test('a task without end stays under way, and is never billed', async () => {
    const provider = open()
    const call = callOf('a fox [[fault:endless]]')
    const taskId = await submit(provider, call)
    for (let poll = 0; poll < 3; poll += 1) {
      const { state, progress } = await provider.poll(taskId, options)
      assert(state === 'queued' || state === 'running', state)
      assert(progress === null || (progress >= 0 && progress < 1))
    }
    assert.equal(suite.billedOf(call.requestId), 0)
  })

  test('a task that the vendor lost is gone, and so is one that never was', async () => {
    const provider = open()
    const taskId = await submit(provider, callOf('a fox [[fault:task-lost]]'))
    assert.equal((await provider.poll(taskId, options)).state, 'gone')
    const other = await submit(provider, callOf('a fox'))
    const never = other.replace(/[0-9a-z](?=[^0-9a-z]*$)/i, (last) => (last === '0' ? '1' : '0'))
    assert.equal((await provider.poll(never, options)).state, 'gone')
  })

  test('tasks asked after together say what each says by itself, and an unknown one is left out', async () => {
    const provider = open()
    if (provider.pollMany === undefined) return
    const ids = [await submit(provider, callOf('a fox')), await submit(provider, callOf('a fox [[fault:refuse-output]]'))]
    const [first, second] = await Promise.all(ids.map((id) => finish(provider, id)))
    const together = await provider.pollMany([...ids, 'task-that-never-was'], options)
    assert.deepEqual([...together.keys()].toSorted(), ids.toSorted())
    assert.deepEqual(ids.map((id) => together.get(id)?.state), [first?.state, second?.state])
  })

  test('a video that has ended cannot be cancelled, and can still be fetched', async () => {
    const provider = open()
    const taskId = await submit(provider, callOf('a fox'))
    await finish(provider, taskId)
    assert(['too_late', 'unsupported'].includes(await provider.cancel(taskId, options)))
    assert.equal((await provider.poll(taskId, options)).state, 'succeeded')
  })

  test('a submit whose answer was lost is found again, or the vendor cannot be asked', async () => {
    const provider = open()
    const call = callOf('a fox [[fault:lost-reply]]')
    const reference = { ...call, submittedAt: new Date().toISOString() }
    await failureOf(provider.submit(call, options))
    const found = await provider.reconcile(reference, options)
    if (found.kind === 'cannot_be_asked') return
    assert(found.kind === 'found', found.kind)
    assert.equal((await finish(provider, found.task.taskId)).state, 'succeeded')
    assert.deepEqual([suite.submitsOf(call.requestId), suite.billedOf(call.requestId)], [1, 1])
  })

  test('a submit that never arrived is only called so when the vendor had time to know', async () => {
    const provider = open()
    const call = callOf('a fox [[fault:reset]]')
    await failureOf(provider.submit(call, options))
    const now = await provider.reconcile({ ...call, submittedAt: new Date().toISOString() }, options)
    if (now.kind === 'cannot_be_asked') return
    assert.equal(now.kind, 'ask_later')
    const later = await provider.reconcile({ ...call, submittedAt: new Date(Date.now() - 10 * 60_000).toISOString() }, options)
    assert.equal(later.kind, 'never_arrived')
  })

  test('what strangers read is never what the vendor wrote', async () => {
    const failure = await failureOf(open().submit(callOf('a fox [[fault:500]]'), options))
    assert.doesNotMatch(failure.publicMessage, /internal error|request id/i)
    assert.match(failure.message, /internal error/i)
  })

  test('a vendor that never answers a submit is given up as outcome_unknown', async () => {
    const failure = await failureOf(open({ timeoutMs: 1_000 }).submit(callOf('a fox [[fault:hang]]'), options))
    assert.equal(failure.reason, 'outcome_unknown')
  })

  test('a vendor that cannot be reached is network, for a submit and for a poll', async () => {
    const provider = open({ baseUrl: 'http://127.0.0.1:1/api' })
    assert.equal((await failureOf(provider.submit(callOf('a fox'), options))).reason, 'network')
    assert.equal((await failureOf(provider.poll('task-1', options))).reason, 'network')
  })

  test('what a model does not take is refused by field, and nothing is sent', async () => {
    for (const [field, value] of [['durationSeconds', 4000], ['resolution', '7p'], ['firstFrame', 'file:///etc/passwd']] as const) {
      const call = { ...callOf('a fox'), [field]: value }
      const failure = await failureOf(open().submit(call, options))
      assert.deepEqual([failure.reason, failure.field, suite.submitsOf(call.requestId)], ['invalid', field, 0])
    }
  })

  for (const [fault, reason] of [['expired-url', 'output_gone'], ['too-large', 'bad_output'], ['redirect-private', 'bad_output']] as const) {
    test(`${fault} of the result is ${reason}`, async () => {
      const provider = open()
      const result = await make(provider, callOf(`a fox [[fault:${fault}]]`))
      const read = async (): Promise<unknown> => buffer((await provider.fetchOutput(result, 'video', options)).body)
      assert.equal((await failureOf(read())).reason, reason)
    })
  }
}

async function failureOf(doomed: Promise<unknown>): Promise<ProviderFailure> {
  const error = await doomed.then(() => assert.fail('it should have failed'), (reason: unknown) => reason)
  assert(error instanceof ProviderFailure, String(error))
  return error
}
