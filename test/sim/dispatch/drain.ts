import assert from 'node:assert/strict'
import type { Call } from './calls.ts'
import { isOpen } from './picture.ts'
import type { State } from './state.ts'
import { decide, isLive } from './wishes.ts'
import type { World } from './world.ts'

/** Far more than anything takes. */
const ROUNDS_MAX = 60

/**
 * Everything that keeps work from being done ends, and workers do it: only what a ticket stands for, so that lost ones must have been made again.
 * All of it ends, or work was lost.
 */
export async function drain(state: State, world: World, run: (call: Call) => Promise<void>): Promise<void> {
  const obstacles: Call[] = [{ do: 'lane', paused: false }, { do: 'limit', max: null }, { do: 'elapse' }, { do: 'resume' }]
  for (const call of obstacles) await run(call)
  const remains = () => Object.values(state.picture.generations).some(isOpen) || Object.values(state.picture.batches).some((batch) => batch.state === 'running')
  for (let round = 0; remains(); round += 1) {
    assert(round < ROUNDS_MAX, `work was lost: ${JSON.stringify(state.picture)}`)
    await bury(state, run)
    for (const [batch, { state: now }] of Object.entries(state.picture.batches)) if (now === 'running') await run({ do: 'workBatch', batch, order: state.letterOrder })
    await run({ do: 'relay', breaks: null })
    if (world.broker.tickets.length === 0) await run({ do: 'makeTickets' })
    await run({ do: 'relay', breaks: null })
    for (const ticket of state.picture.tickets) await workOff(state, run, ticket)
  }
}

/** The workers of the run die. */
async function bury(state: State, run: (call: Call) => Promise<void>): Promise<void> {
  for (const [generation, { status }] of Object.entries(state.picture.generations)) if (status === 'running') await run({ do: 'lapse', generation })
  await run({ do: 'sweepLeases' })
}

async function workOff(state: State, run: (call: Call) => Promise<void>, ticket: string): Promise<void> {
  // A provider in trouble lets one call at a time try, and an answer ends that.
  if (state.picture.provider.breaker !== 'closed') await run({ do: 'elapse' })
  await run({ do: 'claim', ...state.workers[0]!, ticket, used: true })
  const place = state.hands.findLastIndex((hand) => isLive(state.picture, hand))
  if (place < 0) return
  const { workers, letterOrder, prefix } = state
  const scene = () => ({ picture: state.picture, hands: [state.hands[place]!], workers, letterOrder, prefix })
  for (const call of decide({ do: 'call', pick: 0, stale: false }, scene())) await run(call)
  for (const call of decide({ do: 'answer', pick: 0, how: 'result' }, scene())) await run(call)
  for (const call of decide({ do: 'complete', pick: 0, how: 'stored' }, scene())) await run(call)
}
