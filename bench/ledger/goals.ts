/** What was to be reached, and what was. `atLeast` for ratios that should be high, `atMost` for costs. */
export interface Goal {
  readonly name: string
  readonly atLeast?: number
  readonly atMost?: number
  readonly aim: number
  readonly measured: number
}

export function printGoals(goals: readonly Goal[]): void {
  console.table(Object.fromEntries(goals.map(({ name, atLeast, atMost, aim, measured }) => {
    const goal = atMost === undefined ? `≥ ${atLeast}` : `≤ ${atMost}`
    return [name, { goal, aim, measured, reached: reached({ atLeast, atMost, measured }) ? 'yes' : 'NO' }]
  })))
}

function reached({ atLeast, atMost, measured }: { atLeast: number | undefined; atMost: number | undefined; measured: number }): boolean {
  return measured >= (atLeast ?? -Infinity) && measured <= (atMost ?? Infinity)
}
