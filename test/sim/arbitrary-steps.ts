import fc from 'fast-check'
import type { Wish } from './calls.ts'
import { type Step, StepCommand } from './commands.ts'

const small = fc.integer({ min: 1, max: 12 })
const amount = fc.oneof({ weight: 19, arbitrary: small }, { weight: 1, arbitrary: fc.constant(2 ** 53 - 1) })
const pick = fc.nat({ max: 400 })
const coalesced = fc.boolean()

const grant = fc.record({
  do: fc.constant('grant' as const), amount, bought: fc.boolean(),
  reference: fc.option(fc.nat({ max: 3 }), { nil: null }), days: fc.option(fc.integer({ min: 1, max: 4 }), { nil: null }),
})
const reserve = fc.record({ do: fc.constant('reserve' as const), amount: small, coalesced })
const settle = fc.record({ do: fc.constant('settle' as const), pick, quarters: fc.integer({ min: 0, max: 5 }), coalesced })
const lapse = fc.record({ do: fc.constant('lapse' as const), pick })
const overdue = fc.record({ do: fc.constant('overdue' as const), pick })
const expire = fc.constant({ do: 'expire' as const })
const revoke = fc.record({ do: fc.constant('revoke' as const), pick, amount: small })
const adjust = fc.record({ do: fc.constant('adjust' as const), amount: fc.oneof(small, small.map((taken) => -taken)) })
const repeat = fc.record({ do: fc.constant('repeat' as const), pick })

const wish: fc.Arbitrary<Wish> = fc.oneof(
  { weight: 8, arbitrary: reserve }, { weight: 8, arbitrary: settle }, { weight: 4, arbitrary: grant }, { weight: 2, arbitrary: repeat },
  { weight: 2, arbitrary: lapse }, { weight: 1, arbitrary: overdue }, { weight: 1, arbitrary: expire }, { weight: 1, arbitrary: revoke },
  { weight: 1, arbitrary: adjust },
)

/** Without the passing of time, which nobody calls for. */
const burstWish: fc.Arbitrary<Wish> = fc.oneof(
  { weight: 6, arbitrary: reserve }, { weight: 6, arbitrary: settle }, { weight: 2, arbitrary: grant }, { weight: 1, arbitrary: repeat },
  { weight: 1, arbitrary: expire }, { weight: 1, arbitrary: revoke }, { weight: 1, arbitrary: adjust },
)

const burst = fc.record({ do: fc.constant('burst' as const), wishes: fc.array(burstWish, { minLength: 2, maxLength: 5 }) })
const stampede = fc.record({ do: fc.constant('stampede' as const), callers: fc.integer({ min: 8, max: 20 }), amount: small })

const end = fc.record({ pick, quarters: fc.integer({ min: 0, max: 4 }) })
const closing = fc.record({ do: fc.constant('closing' as const), ends: fc.array(end, { minLength: 6, maxLength: 16 }) })

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 24, arbitrary: wish }, { weight: 4, arbitrary: burst }, { weight: 1, arbitrary: stampede }, { weight: 1, arbitrary: closing },
)

export function arbitrarySteps(stepsMax: number) {
  return fc.commands([step.map((value) => new StepCommand(value))], { maxCommands: stepsMax, size: 'max', disableReplayLog: true })
}
