/** `840 ms`, `7 s`, `8.2 s`, `41 s`, `2 min 5 s`: as exact as a person cares for at that length. */
export function durationText(milliseconds: number): string {
  const ms = Math.max(0, milliseconds)
  if (ms < 10) return `${Math.round(ms * 10) / 10} ms`
  if (ms < 1000) return `${Math.round(ms)} ms`
  if (ms < 9_950) return `${(ms / 1000).toFixed(1).replace('.0', '')} s`
  const seconds = Math.round(ms / 1000)
  if (seconds < 60) return `${seconds} s`
  const minutes = Math.floor(seconds / 60)
  if (minutes < 60) return seconds % 60 === 0 ? `${minutes} min` : `${minutes} min ${seconds % 60} s`
  return minutes % 60 === 0 ? `${Math.floor(minutes / 60)} h` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}

/** `512 B`, `38 kB`, `2.1 MB`. */
export function bytesText(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`
  if (bytes < 1_000_000) return `${Math.round(bytes / 1000)} kB`
  return `${(bytes / 1_000_000).toFixed(1)} MB`
}

/** A share of a whole; a part that is there never reads as 0 %. */
export function shareText(part: number, whole: number): string {
  if (whole <= 0 || part <= 0) return '0 %'
  const percent = (part / whole) * 100
  return percent < 1 ? '< 1 %' : `${Math.min(100, Math.round(percent))} %`
}
