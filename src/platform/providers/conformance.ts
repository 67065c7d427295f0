import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test } from 'node:test'
import { inspectImage } from './inspect-image.ts'
import { ProviderFailure, type ImageCall, type ImageProvider, type ProviderFailureReason } from './port.ts'

export interface ImageConformance {
  /** A fresh adapter that talks to the vendor's simulator at no latency. */
  open(settings?: { timeoutMs?: number; baseUrl?: string }): ImageProvider
  readonly providerModel: string
  readonly size: string
  /** True for a vendor that sends the bytes themselves: there is no address that could expire. */
  readonly inline?: boolean
  /** What the vendor calls a picture that is none. JPEG when left out. */
  readonly claims?: string
  /** `content_input` for a vendor that does not tell a refused result from a refused prompt. */
  readonly refusedOutput?: ProviderFailureReason
  /** How many calls the simulator has had for a request. */
  callsOf(requestId: string): number
  /** How many images of a request the vendor would have billed. */
  billedOf(requestId: string): number
}

/** What a fault has to become, whoever the vendor is. */
const REASONS: readonly (readonly [fault: string, reason: ProviderFailureReason, billed: number])[] = [
  ['429', 'rate', 0],
  ['500', 'provider_fault', 0],
  ['reset', 'outcome_unknown', 0],
  ['bad-json', 'bad_response', 1],
  ['lost-reply', 'outcome_unknown', 1],
  ['refuse-input', 'content_input', 0],
  ['refuse-output', 'content_output', 0],
]

/** The promises of an image provider, held against its simulator. */
export function imageConformance(suite: ImageConformance): void {
  const { open } = suite
  const callOf = (prompt: string): ImageCall => ({ providerModel: suite.providerModel, prompt, size: suite.size, index: 0, requestId: randomUUID(), callNumber: 1 })
  const options = { signal: new AbortController().signal }

  test('an image is made, fetched, and is what was promised', async () => {
    const provider = open()
    const call = callOf('a lighthouse')
    const result = await provider.generateImage(call, options)
    const { body } = await provider.fetchOutput(result, options)
    const { width, height } = await inspectImage(body)
    assert.deepEqual([width, height], [result.width, result.height])
    assert.deepEqual([suite.callsOf(call.requestId), suite.billedOf(call.requestId), result.usage.images], [1, 1, 1])
  })

  test('a result survives being stored as JSON, and can be fetched again', async () => {
    const provider = open()
    const result = await provider.generateImage(callOf('a fox'), options)
    const stored = JSON.parse(JSON.stringify(result)) as typeof result
    assert.deepEqual(stored, result)
    for (const one of [result, stored]) (await provider.fetchOutput(one, options)).body.destroy()
  })

  for (const [fault, usual, billed] of REASONS) {
    const reason = fault === 'refuse-output' ? (suite.refusedOutput ?? usual) : usual
    test(`${fault} becomes ${reason}, after one call that is not repeated`, async () => {
      const call = callOf(`a fox [[fault:${fault}]]`)
      const failure = await failureOf(open().generateImage(call, options))
      assert.equal(failure.reason, reason)
      assert.deepEqual([suite.callsOf(call.requestId), suite.billedOf(call.requestId)], [1, billed])
      assert.equal(failure.retryAfterSeconds, fault === '429' ? 1 : null)
    })
  }

  test('what strangers read is never what the vendor wrote', async () => {
    const failure = await failureOf(open().generateImage(callOf('a fox [[fault:500]]'), options))
    assert.doesNotMatch(failure.publicMessage, /internal error|request id/i)
    assert.match(failure.message, /internal error/i)
  })

  test('a vendor that never answers is given up as outcome_unknown', async () => {
    const failure = await failureOf(open({ timeoutMs: 1_000 }).generateImage(callOf('a fox [[fault:hang]]'), options))
    assert.equal(failure.reason, 'outcome_unknown')
  })

  test('a call aborted on the way is outcome_unknown, one aborted before it began is network', async () => {
    const aborting = new AbortController()
    const call = callOf('a fox [[fault:hang]]')
    const pending = failureOf(open().generateImage(call, { signal: aborting.signal }))
    while (suite.callsOf(call.requestId) === 0) await new Promise((resolve) => setImmediate(resolve))
    aborting.abort()
    assert.equal((await pending).reason, 'outcome_unknown')
    const never = callOf('a fox')
    assert.equal((await failureOf(open().generateImage(never, { signal: aborting.signal }))).reason, 'network')
    assert.equal(suite.callsOf(never.requestId), 0)
  })

  test('a vendor that cannot be reached is network: nothing was sent', async () => {
    for (const baseUrl of ['http://127.0.0.1:1/api/v3', 'http://nowhere.invalid/api/v3']) {
      assert.equal((await failureOf(open({ baseUrl }).generateImage(callOf('a fox'), options))).reason, 'network')
    }
  })

  test('an address that has expired is output_gone', { skip: suite.inline === true && 'the vendor has no addresses' }, async () => {
    const provider = open()
    const result = await provider.generateImage(callOf('a fox [[fault:expired-url]]'), options)
    assert.equal((await failureOf(provider.fetchOutput(result, options))).reason, 'output_gone')
  })

  test('a web page that calls itself a picture is bad_output', async () => {
    const provider = open()
    const result = await provider.generateImage(callOf('a fox [[fault:bad-asset]]'), options)
    const fetched = await provider.fetchOutput(result, options)
    assert.equal(fetched.contentType, suite.claims ?? 'image/jpeg')
    assert.equal((await failureOf(inspectImage(fetched.body))).reason, 'bad_output')
  })
}

async function failureOf(doomed: Promise<unknown>): Promise<ProviderFailure> {
  const error = await doomed.then(() => assert.fail('it should have failed'), (reason: unknown) => reason)
  assert(error instanceof ProviderFailure, String(error))
  return error
}
