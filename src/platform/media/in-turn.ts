/** Most take a few megabytes, as they pass by row by row; those that have to be turned upright, or come interlaced, up to two hundred. */
const SIDE_BY_SIDE = 2
/** What each of two may take. */
const SHARED_BYTES_MAX = 200 * 1024 * 1024

const lanes: Promise<unknown>[] = Array.from({ length: SIDE_BY_SIDE }, () => Promise.resolve())
let turn = 0

/**
 * Does work on pictures two at a time in this process, so that memory is bounded however many arrive at once. What may take more than the share of one, by `bytes`, is
 * done alone.
 */
export function inTurn<Result>(work: () => Promise<Result>, bytes = 0): Promise<Result> {
  const taken = bytes > SHARED_BYTES_MAX ? lanes.keys().toArray() : [(turn += 1) % SIDE_BY_SIDE]
  const mine = Promise.all(taken.map((lane) => lanes[lane] ?? Promise.resolve())).then(work)
  const done = mine.catch(() => undefined)
  for (const lane of taken) lanes[lane] = done
  return mine
}
