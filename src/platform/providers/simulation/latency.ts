import { setTimeout as sleep } from 'node:timers/promises'

const FASTEST_MS = 6000
const SPREAD_MS = 2000

/** How long one image takes: as set, or else 6 to 8 s, always the same for the same seed. */
export function latencyOf(seed: number, configuredMs: number | undefined): number {
  return configuredMs ?? FASTEST_MS + (seed % (SPREAD_MS + 1))
}

const FASTEST_VIDEO_MS = 34_000
const VIDEO_SPREAD_MS = 12_000

/** How long one video takes: as set, or else 34 to 46 s. */
export function videoLatencyOf(seed: number, configuredMs: number | undefined): number {
  return configuredMs ?? FASTEST_VIDEO_MS + (seed % (VIDEO_SPREAD_MS + 1))
}

/** Waits; rejects with the signal's reason when the simulator closes meanwhile. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (ms > 0) await sleep(ms, undefined, { signal })
}
