import fc from 'fast-check'
import { type Step, StepCommand } from './commands.ts'
import type { Wish } from './wishes.ts'

const pick = fc.nat({ max: 400 })
const wanted = fc.integer({ min: 1, max: 3 })
const priority = fc.constantFrom(0 as const, 1 as const)
const stale = fc.oneof({ weight: 3, arbitrary: fc.constant(false) }, { weight: 2, arbitrary: fc.constant(true) })
const answers = fc.constantFrom('result' as const, 'result' as const, 'fault' as const, 'content' as const, 'refused' as const, 'cut' as const)
const ways = fc.constantFrom('stored' as const, 'stored' as const, 'failed' as const, 'spoiled' as const)
const breaks = fc.constantFrom(null, null, 'before' as const, 'after' as const)

const submit = fc.record({ do: fc.constant('submit' as const), pick, wanted, priority, key: fc.option(fc.nat({ max: 3 }), { nil: null }) })
const claim = fc.record({ do: fc.constant('claim' as const), worker: fc.nat({ max: 2 }), pick, used: fc.boolean() })
const call = fc.record({ do: fc.constant('call' as const), pick, stale })
const answer = fc.record({ do: fc.constant('answer' as const), pick, how: answers })
const output = fc.record({ do: fc.constant('output' as const), pick, stale, how: ways })
const byHand = (what: 'finish' | 'beat' | 'handBack' | 'leave') => fc.record({ do: fc.constant(what), pick, stale })
const complete = fc.record({ do: fc.constant('complete' as const), pick, how: fc.constantFrom('stored' as const, 'failed' as const) })
const onOne = (what: 'lapse' | 'late' | 'cancel') => fc.record({ do: fc.constant(what), pick })
const retry = fc.record({ do: fc.constant('retry' as const), pick, waived: fc.boolean(), fewer: fc.boolean() })
const onBatch = (what: 'workBatch' | 'stopBatch') => fc.record({ do: fc.constant(what), pick })
const plain = (what: 'sweepLeases' | 'sweepDeadlines' | 'pause' | 'resume' | 'elapse' | 'trouble' | 'loseTickets' | 'makeTickets') => fc.constant({ do: what })
const startBatch = fc.record({ do: fc.constant('startBatch' as const), waived: fc.boolean() })
const discard = fc.record({ do: fc.constant('discard' as const), pick })
const relay = fc.record({ do: fc.constant('relay' as const), breaks })
const limit = fc.record({ do: fc.constant('limit' as const), max: fc.option(fc.integer({ min: 1, max: 4 }), { nil: null, freq: 3 }) })

const weighted = (...each: [number, fc.Arbitrary<Wish>][]): fc.Arbitrary<Wish> => fc.oneof(...each.map(([weight, arbitrary]) => ({ weight, arbitrary })))

const wish = weighted(
  [8, submit], [12, claim], [9, call], [6, answer], [8, output], [4, byHand('finish')], [4, complete], [3, byHand('beat')], [4, byHand('handBack')], [1, byHand('leave')],
  [5, onOne('lapse')], [2, onOne('late')], [2, onOne('cancel')], [6, plain('sweepLeases')], [2, plain('sweepDeadlines')], [4, retry], [1, discard],
  [1, startBatch], [2, onBatch('workBatch')], [1, onBatch('stopBatch')], [1, fc.record({ do: fc.constant('stray' as const), pick })],
  [5, limit], [1, plain('pause')], [3, plain('resume')], [1, plain('trouble')], [3, plain('elapse')], [1, fc.record({ do: fc.constant('lane' as const), paused: fc.boolean() })],
  [4, relay], [1, plain('loseTickets')], [2, plain('makeTickets')],
)

/** All about the same generation, or the same letter, where they are about one. */
const contest: fc.Arbitrary<Step> = fc.record({
  pick,
  first: fc.constantFrom('lapse' as const, 'late' as const, null),
  wishes: fc.array(
    weighted(
      [3, byHand('finish')], [3, onOne('cancel')], [2, plain('sweepDeadlines')], [3, plain('sweepLeases')], [3, output], [3, call], [2, answer], [1, byHand('handBack')],
      [1, byHand('beat')], [3, claim], [2, submit], [1, limit], [1, plain('resume')],
    ),
    { minLength: 2, maxLength: 6 },
  ),
}).map(({ pick: one, first, wishes }) => ({ do: 'burst', first: first === null ? null : { do: first, pick: one }, wishes: wishes.map((each) => withPick(each, one)) }))

/** Operators at one letter, with everything else going on. */
const operators: fc.Arbitrary<Step> = fc.record({
  pick,
  wishes: fc.array(
    weighted([4, retry], [2, discard], [1, startBatch], [2, onBatch('workBatch')], [1, onBatch('stopBatch')], [1, submit], [1, claim], [1, plain('sweepDeadlines')], [1, relay]),
    { minLength: 2, maxLength: 6 },
  ),
}).map(({ pick: one, wishes }) => ({ do: 'burst', first: null, wishes: wishes.map((each) => withPick(each, one)) }))

const unrelated: fc.Arbitrary<Step> = fc.array(wish.filter((each) => !fromAbove.has(each.do)), { minLength: 2, maxLength: 6 }).map((wishes) => ({ do: 'burst', first: null, wishes }))
/** What passes by itself, and passes between the others. */
const fromAbove = new Set<Wish['do']>(['lapse', 'late', 'trouble', 'elapse', 'loseTickets'])

function withPick(each: Wish, one: number): Wish {
  return 'pick' in each ? { ...each, pick: one } : each
}

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 20, arbitrary: wish }, { weight: 3, arbitrary: contest }, { weight: 1, arbitrary: operators }, { weight: 1, arbitrary: unrelated },
)

export function arbitrarySteps(stepsMax: number) {
  return fc.commands([step.map((value) => new StepCommand(value))], { maxCommands: stepsMax, size: 'max', disableReplayLog: true })
}
