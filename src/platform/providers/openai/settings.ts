import type { LifeNotice } from '../transport/index.ts'
import type { InlineOutputs } from '../inline-outputs.ts'

export interface OpenaiSettings {
  readonly apiKey: string
  /** Up to and including the version: `https://api.openai.com/v1`, or a compatible gateway's. */
  readonly baseUrl: string
  readonly simulated: boolean
  readonly organization?: string | undefined
  readonly project?: string | undefined
  /** For one call with its answer. */
  readonly timeoutMs?: number | undefined
  /** Told whenever an answer announces the end of a model, by the headers Deprecation and Sunset. */
  readonly onLifeNotice?: ((providerModel: string, notice: LifeNotice) => void) | undefined
}

export interface OpenaiImageSettings extends OpenaiSettings {
  /** Keeps the bytes of answers, which are the only copy of what was paid for. */
  readonly inlineOutputs: InlineOutputs
}
