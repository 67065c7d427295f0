import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import { errorBody, type VendorRefusal } from './simulator-refusals.ts'
import type { Item } from './simulator-generation.ts'
import type { ImageRequest } from './simulator-request.ts'
import type { Outputs } from './simulator-outputs.ts'

export interface Answering {
  readonly response: ServerResponse
  readonly request: ImageRequest
  readonly requestId: string
  /** Where the caller reached us, so that result addresses lead back the same way. */
  readonly origin: string
  readonly outputs: Outputs
}

/** The whole answer at once. When nothing was made, the first refusal is thrown. */
export async function answerWhole(answering: Answering, items: AsyncIterable<Item>): Promise<string> {
  const made = await Array.fromAsync(items)
  const [only] = made
  if (made.every(({ kind }) => kind === 'refused') && only?.kind === 'refused') throw only.refusal
  const data = await Promise.all(made.map((item) => itemBody(answering, item)))
  return JSON.stringify({ model: answering.request.model, created: nowSeconds(), data, usage: usageOf(answering.request, made) })
}

/** One event for each image as it is done, then the sum, then the end mark. */
export async function answerStream(answering: Answering, items: AsyncIterable<Item>): Promise<void> {
  const { response, request } = answering
  const made: Item[] = []
  for await (const item of items) {
    if (!response.headersSent) response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache' })
    made.push(item)
    const type = item.kind === 'image' ? 'image_generation.partial_succeeded' : 'image_generation.partial_failed'
    await writeEvent(response, { type, model: request.model, created: nowSeconds(), image_index: item.index, ...(await itemBody(answering, item)) })
  }
  await writeEvent(response, { type: 'image_generation.completed', model: request.model, created: nowSeconds(), usage: usageOf(request, made) })
  response.end('data: [DONE]\n\n')
}

export function sendRefusal(response: ServerResponse, refusal: VendorRefusal, requestId: string): void {
  const retry = refusal.retryAfterSeconds === null ? {} : { 'retry-after': String(refusal.retryAfterSeconds) }
  response.writeHead(refusal.status, { 'content-type': 'application/json', ...retry })
  response.end(JSON.stringify({ error: errorBody(refusal, requestId) }))
}

async function itemBody({ request, requestId, origin, outputs }: Answering, item: Item): Promise<Record<string, unknown>> {
  if (item.kind === 'refused') {
    const { code, message } = errorBody(item.refusal, requestId)
    return { error: { code, message } }
  }
  const size = `${request.size.width}x${request.size.height}`
  if (!request.asBytes) return { url: origin + outputs.addressOf(item.output, item.expiresAt), size }
  return { b64_json: (await outputs.render(item.output)).toString('base64'), size }
}

/** Only what succeeded is billed: one token for 256 pixels. */
function usageOf({ size }: ImageRequest, items: readonly Item[]): Record<string, number> {
  const images = items.filter(({ kind }) => kind === 'image').length
  const tokens = Math.round((size.width * size.height * images) / 256)
  return { generated_images: images, output_tokens: tokens, total_tokens: tokens }
}

async function writeEvent(response: ServerResponse, event: { type: string } & Record<string, unknown>): Promise<void> {
  if (!response.write(`event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`) && !response.destroyed) {
    await Promise.race([once(response, 'drain'), once(response, 'close')])
  }
}

function nowSeconds(): number {
  return Math.floor(Date.now() / 1000)
}
