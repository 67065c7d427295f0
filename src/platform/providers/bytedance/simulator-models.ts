/** What the vendor's models take. Data and not code, as the vendor's catalogue changes by the month. */
export interface SimulatedModel {
  readonly ids: readonly string[]
  readonly presets: readonly string[]
  readonly pixelsMin: number
  readonly pixelsMax: number
  readonly referencesMax: number
  /** Groups and streams: the same models take both. */
  readonly groups: boolean
  readonly formats: readonly string[]
  readonly fields: readonly string[]
}

const EVERYWHERE = ['model', 'prompt', 'image', 'size', 'response_format', 'watermark', 'optimize_prompt_options']
const GROUPS = ['sequential_image_generation', 'sequential_image_generation_options', 'stream']

export const MODELS: readonly SimulatedModel[] = [
  {
    ids: ['dola-seedream-5-0-pro-260628', 'dola-seedream-5-0-flash-260915'],
    presets: ['1K', '1.5K', '2K'],
    pixelsMin: 921_600,
    pixelsMax: 4_624_220,
    referencesMax: 10,
    groups: false,
    formats: ['png', 'jpeg'],
    fields: [...EVERYWHERE, 'output_format', 'background'],
  },
  {
    ids: ['seedream-5-0-260128', 'seedream-5-0-lite-260128'],
    presets: ['2K', '3K', '4K'],
    pixelsMin: 3_686_400,
    pixelsMax: 16_777_216,
    referencesMax: 14,
    groups: true,
    formats: ['png', 'jpeg'],
    fields: [...EVERYWHERE, ...GROUPS, 'output_format', 'tools'],
  },
  {
    ids: ['seedream-4-5-251128'],
    presets: ['2K', '4K'],
    pixelsMin: 3_686_400,
    pixelsMax: 16_777_216,
    referencesMax: 14,
    groups: true,
    formats: ['jpeg'],
    fields: [...EVERYWHERE, ...GROUPS],
  },
  {
    ids: ['seedream-4-0-250828'],
    presets: ['1K', '2K', '4K'],
    pixelsMin: 921_600,
    pixelsMax: 16_777_216,
    referencesMax: 14,
    groups: true,
    formats: ['jpeg'],
    fields: [...EVERYWHERE, ...GROUPS],
  },
]

export function findModel(id: string): SimulatedModel | undefined {
  return MODELS.find(({ ids }) => ids.includes(id))
}
