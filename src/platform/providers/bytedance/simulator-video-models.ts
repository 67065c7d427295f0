import type { Size } from './simulator-sizes.ts'

/** What the vendor's video models take. Written from its documents, and not from what our adapter believes. */
export interface SimulatedVideoModel {
  readonly id: string
  readonly family: 1 | 2
  readonly resolutions: readonly string[]
  readonly secondsMin: number
  readonly secondsMax: number
  readonly referencesMax: number
  readonly lastFrame: boolean
  readonly fields: readonly string[]
}

const EVERYWHERE = ['model', 'content', 'resolution', 'ratio', 'duration', 'watermark', 'return_last_frame', 'execution_expires_after', 'callback_url']
const FIRST = [...EVERYWHERE, 'frames', 'seed', 'camera_fixed', 'service_tier']
const SECOND = [...EVERYWHERE, 'generate_audio', 'priority', 'safety_identifier']

export const VIDEO_MODELS: readonly SimulatedVideoModel[] = [
  { id: 'dreamina-seedance-2-5-260628', family: 2, resolutions: ['480p', '720p', '1080p'], secondsMin: 4, secondsMax: 30, referencesMax: 30, lastFrame: true, fields: [...SECOND, 'draft', 'output_format', 'omni_reference_task_type'] },
  { id: 'dreamina-seedance-2-0-260128', family: 2, resolutions: ['480p', '720p', '1080p', '4k'], secondsMin: 4, secondsMax: 15, referencesMax: 9, lastFrame: true, fields: SECOND },
  { id: 'dreamina-seedance-2-0-fast-260128', family: 2, resolutions: ['480p', '720p'], secondsMin: 4, secondsMax: 15, referencesMax: 9, lastFrame: true, fields: SECOND },
  { id: 'dreamina-seedance-2-0-mini-260615', family: 2, resolutions: ['480p', '720p'], secondsMin: 4, secondsMax: 15, referencesMax: 9, lastFrame: true, fields: SECOND },
  { id: 'seedance-1-0-pro-250528', family: 1, resolutions: ['480p', '720p', '1080p'], secondsMin: 2, secondsMax: 12, referencesMax: 0, lastFrame: true, fields: FIRST },
  { id: 'seedance-1-0-pro-fast-251015', family: 1, resolutions: ['480p', '720p', '1080p'], secondsMin: 2, secondsMax: 12, referencesMax: 0, lastFrame: false, fields: FIRST },
]

export const RATIOS = ['16:9', '4:3', '1:1', '3:4', '9:16', '21:9', 'adaptive']

const WIDE: Readonly<Record<string, Size>> = {
  '480p': { width: 864, height: 496 },
  '720p': { width: 1280, height: 720 },
  '1080p': { width: 1920, height: 1080 },
  '4k': { width: 3840, height: 2160 },
}
const WIDE_BY_MODEL: Readonly<Record<string, Readonly<Record<string, Size>>>> = {
  '2-5': { '480p': { width: 854, height: 480 } },
  '1-0': { '480p': { width: 864, height: 480 }, '720p': { width: 1248, height: 704 }, '1080p': { width: 1920, height: 1088 } },
}

/** The pixels of a class at a ratio. Only those of 16:9 are documented; the others have the same area. */
export function pixelsOf({ id }: SimulatedVideoModel, resolution: string, ratio: string): Size {
  const version = /seedance-(\d-\d)/.exec(id)?.[1] ?? ''
  const wide = WIDE_BY_MODEL[version]?.[resolution] ?? WIDE[resolution] ?? { width: 1280, height: 720 }
  if (ratio === '16:9') return wide
  if (ratio === '9:16') return { width: wide.height, height: wide.width }
  const [across = 16, down = 9] = ratio.split(':').map(Number)
  const side = Math.sqrt((wide.width * wide.height) / (across * down))
  const even = (length: number): number => Math.round(length / 16) * 16
  return { width: even(side * across), height: even(side * down) }
}
