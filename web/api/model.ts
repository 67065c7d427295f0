import type { components, paths } from './schema.ts'

/** The nouns of the API as the app uses them: the generated schemas, a little sharper where the schema must stay open. */
type Schemas = components['schemas']

export type Me = Schemas['Me']
export type App = Schemas['App']
export type Model = Schemas['Model']
export type ImageModel = Schemas['ImageModel']
export type VideoModel = Schemas['VideoModel']
export type SizeLimits = Pick<ImageModel['limits']['size'], 'pixels' | 'ratio' | 'step' | 'sideMax'>
export type Output = Schemas['Output']
/** One output that will not come, and why. Nothing is charged for it. */
export type Failure = Schemas['Failure']
export type Span = Schemas['Span']
export type Credits = Schemas['Credits']
export type Lot = Schemas['Lot']
export type Transaction = Schemas['Transaction']
/** What a request would hold, bound until it ends. */
export type Quote = Schemas['Quote']
export type Usage = Schemas['Usage']
export type UsageItem = Usage['items'][number]
export type DeadLetter = Schemas['DeadLetter']
export type DeadLetterGroup = Schemas['DeadLetterGroup']
export type DeadLetterBatch = Schemas['DeadLetterBatch']
export type QueueState = Schemas['Queue']
export type WorkerState = Schemas['Worker']
export type ProviderState = Schemas['Provider']
export type AdminModel = Schemas['AdminModel']
export type ModelFinding = Schemas['ModelFinding']
export type ModelCheck = Schemas['ModelCheck']
/** What an admin decides about one model. */
export type ModelChange = paths['/api/admin/models']['put']['requestBody']['content']['application/json']['models'][number]
export type ModelLimitsChange = Schemas['ModelLimitsChange']
export type CallStretch = ProviderState['health']['hour']
export type HealthHour = ProviderState['health']['hours'][number]
export type Spending = Schemas['ProviderUsage']
export type SpendingLine = Spending['items'][number]
export type GenerationStatus = Schemas['Generation']['status']

/** As it was sent: every kind of generation has a prompt, the rest differs. */
export interface GenerationInput {
  prompt: string
  n?: number
  size?: string
  durationSeconds?: number
  resolution?: string
  aspectRatio?: string
  [field: string]: unknown
}

export type Generation = Omit<Schemas['Generation'], 'input'> & { input: GenerationInput }

export interface Size {
  width: number
  height: number
}

export interface Page<Item> {
  items: Item[]
  nextCursor: string | null
}
