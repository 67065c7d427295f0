/** A stretch of time in one unit, as long as it says enough; a dash where nobody can say. */
export function stretchText(seconds: number | null): string {
  if (seconds === null) return '–'
  if (seconds < 120) return `${Math.round(seconds)} s`
  return seconds < 7_200 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3_600)} h`
}

export function rateText(aMinute: number | null): string {
  return aMinute === null ? '–' : `${Math.round(aMinute * 10) / 10} a minute`
}

export function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1024 / 1024)} MB`
}
