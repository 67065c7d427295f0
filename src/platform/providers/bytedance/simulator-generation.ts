import { randomInt } from 'node:crypto'
import { planPicture, seedFrom } from '../pictures/index.ts'
import { flawOf, isObjectionable, latencyOf, pause, readDirectives, type Directives, type Tally } from '../simulation/index.ts'
import { VendorRefusal } from './simulator-refusals.ts'
import type { ImageRequest } from './simulator-request.ts'
import type { Outputs, Picture } from './simulator-outputs.ts'

export interface Caller {
  /** What calls are counted by: the request's id, or the prompt of a caller that sends none. */
  readonly request: string
  readonly callNumber: number
  /** True when the caller named its request, so that the same call draws the same picture. */
  readonly named: boolean
  /** The value of the header `x-fault`. */
  readonly faults: string
}

export type Item =
  | { readonly kind: 'image'; readonly index: number; readonly output: Picture; readonly expiresAt: number }
  | { readonly kind: 'refused'; readonly index: number; readonly refusal: VendorRefusal }

export interface Studio {
  readonly outputs: Outputs
  readonly plain: boolean
  readonly tally: Tally
  readonly latencyMs: number | undefined
  readonly urlTtlSeconds: number
  readonly signal: AbortSignal
}

/** With the colour of what it is made from. */
export type TintedRequest = ImageRequest & { readonly tint: string | undefined }

/** Refusals that come before any work, as a prompt may ask for them or deserve them. */
export function refuseAtTheDoor(directives: Directives): void {
  if (directives.has('429')) {
    throw new VendorRefusal(429, 'ModelAccountIpmRateLimitExceeded', { message: 'The images per minute of this account and model are used up', retryAfterSeconds: 1 })
  }
  if (directives.has('500')) throw new VendorRefusal(500, 'InternalServiceError', { message: 'The service met an internal error' })
  if (directives.has('refuse-input') || isObjectionable(directives.prompt)) {
    throw new VendorRefusal(400, 'InputTextSensitiveContentDetected', { message: 'The input text may contain sensitive information' })
  }
}

export function directivesOf(request: ImageRequest, caller: Caller): Directives {
  return readDirectives(request.prompt, caller.callNumber, caller.faults)
}

/**
 * Makes the images of one call, one after the other, each taking its time; the drawing goes on
 * meanwhile. What was made is billed, whether or not anybody still waits for it.
 */
export async function* makeImages(studio: Studio, request: TintedRequest, caller: Caller): AsyncGenerator<Item> {
  const directives = directivesOf(request, caller)
  const count = Math.min(request.imagesMax, imagesAsked(directives.prompt))
  for (let index = 0; index < count; index += 1) {
    const seed = caller.named ? seedFrom(`${caller.request}#${caller.callNumber}#${index}`) : randomInt(2 ** 32)
    const output = outputOf(request, directives, seed)
    const waitMs = directives.delayMs ?? latencyOf(seed, studio.latencyMs)
    // At no latency there is nothing to draw behind, so the picture is drawn when it is fetched.
    await Promise.all([pause(waitMs, studio.signal), waitMs > 0 || request.asBytes ? studio.outputs.render(output) : null])
    if (directives.has('refuse-output') && (count === 1 || index === 1)) {
      yield { kind: 'refused', index, refusal: refusedOutput() }
      continue
    }
    studio.tally.billed(caller.request, 1)
    const ttl = directives.has('expired-url') ? -1 : studio.urlTtlSeconds
    yield { kind: 'image', index, output, expiresAt: Math.floor(Date.now() / 1000) + ttl }
  }
}

function outputOf(request: TintedRequest, directives: Directives, seed: number): Picture {
  const plan = planPicture({ prompt: directives.prompt, seed, ...request.size, tint: request.tint })
  return { plan, format: request.format, ...(request.transparent ? { transparent: true } : {}), flaw: flawOf(directives) }
}

function refusedOutput(): VendorRefusal {
  return new VendorRefusal(400, 'OutputImageSensitiveContentDetected', { message: 'The generated image may contain sensitive information' })
}

const NUMBER_WORDS = ['one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight']
const GROUP_IMAGES = 4

/** How many images of a group the prompt asks for; the vendor's model decides this by itself. */
function imagesAsked(prompt: string): number {
  const match = /\b(\d{1,2}|one|two|three|four|five|six|seven|eight)\s+(?:images?|pictures?|frames?|panels?|variations?)\b/i.exec(prompt)
  if (match?.[1] === undefined) return GROUP_IMAGES
  const word = NUMBER_WORDS.indexOf(match[1].toLowerCase())
  return word === -1 ? Math.max(1, Number(match[1])) : word + 1
}
