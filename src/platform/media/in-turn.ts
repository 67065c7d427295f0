/** Fifty million pixels that have to be turned upright take a hundred and fifty megabytes; others a few, as they pass by row by row. */
const SIDE_BY_SIDE = 2

const lanes: Promise<unknown>[] = Array.from({ length: SIDE_BY_SIDE }, () => Promise.resolve())
let turn = 0

/** Does work on pictures two at a time in this process, so that memory is bounded however many arrive at once. */
export function inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
  const lane = (turn += 1) % SIDE_BY_SIDE
  const mine = (lanes[lane] ?? Promise.resolve()).then(work)
  lanes[lane] = mine.catch(() => undefined)
  return mine
}
