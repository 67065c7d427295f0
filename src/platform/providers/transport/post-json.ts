import { type Answer, exchange, type Exchange } from './exchange.ts'

export interface JsonPost extends Pick<Exchange, 'url' | 'headers' | 'timeoutMs' | 'signal' | 'answerBytesMax'> {
  readonly body: unknown
}

export type JsonAnswer = Answer

/** Sends one billable POST, as `exchange` promises it. */
export async function postJson({ body, ...rest }: JsonPost): Promise<JsonAnswer> {
  const bytes = Buffer.from(JSON.stringify(body))
  return exchange({ ...rest, method: 'POST', repeatable: false, body: { contentType: 'application/json', bytes } })
}
