import type { IncomingMessage } from 'node:http'
import { seedFrom } from '../pictures/index.ts'
import { readDirectives, type Directives } from './directives.ts'
import type { Tally } from './tally.ts'

/** Who calls a simulator, and with which directives. */
export interface Caller {
  /** What calls are counted by: the request's id, or the prompt of a caller that sends none. */
  readonly request: string
  readonly callNumber: number
  readonly directives: Directives
  /** The value of the header `x-fault`. */
  readonly faults: string
  /** The same for the same call of the same request. */
  readonly seed: number
}

/** Counts the call, and reads what the prompt and the header `x-fault` ask for. */
export function identify(request: IncomingMessage, prompt: string, tally: Tally): Caller {
  const name = headerOf(request, 'x-simulator-request') ?? prompt
  const count = tally.called(name)
  const told = Number(headerOf(request, 'x-simulator-call'))
  const callNumber = Number.isInteger(told) && told > 0 ? told : count
  const faults = String(request.headers['x-fault'] ?? '')
  return { request: name, callNumber, directives: readDirectives(prompt, callNumber, faults), faults, seed: seedFrom(`${name}#${callNumber}`) }
}

function headerOf(request: IncomingMessage, name: string): string | undefined {
  const value = request.headers[name]
  return typeof value === 'string' && value !== '' ? value : undefined
}
