import { newId } from '#lib/ids'
import type { Answer, Call, Hold } from './calls.ts'
import { type Generation, isOpen, type Picture } from './picture.ts'

/**
 * What a run wants to happen, as plain data, so that a case can be written down and played again. `pick` chooses among what there is at that moment;
 * `stale` is about somebody who has lost the generation and does not know.
 */
export type Wish =
  | { readonly do: 'submit'; readonly pick: number; readonly wanted: number; readonly priority: 0 | 1; readonly key: number | null }
  | { readonly do: 'claim'; readonly worker: number; readonly pick: number; readonly used: boolean }
  | { readonly do: 'call'; readonly pick: number; readonly stale: boolean }
  | { readonly do: 'answer'; readonly pick: number; readonly how: Answer }
  | { readonly do: 'output'; readonly pick: number; readonly stale: boolean; readonly how: 'stored' | 'failed' | 'spoiled' }
  | { readonly do: 'finish' | 'beat' | 'handBack' | 'leave'; readonly pick: number; readonly stale: boolean }
  /** Everything that is missing, and the end. */
  | { readonly do: 'complete'; readonly pick: number; readonly how: 'stored' | 'failed' }
  | { readonly do: 'lapse' | 'late' | 'cancel'; readonly pick: number }
  | { readonly do: 'retry'; readonly pick: number; readonly waived: boolean; readonly fewer: boolean }
  | { readonly do: 'discard'; readonly pick: number }
  | { readonly do: 'startBatch'; readonly waived: boolean }
  | { readonly do: 'workBatch' | 'stopBatch'; readonly pick: number }
  | { readonly do: 'stray'; readonly pick: number }
  | { readonly do: 'limit'; readonly max: number | null }
  | { readonly do: 'lane'; readonly paused: boolean }
  | { readonly do: 'relay'; readonly breaks: 'before' | 'after' | null }
  | { readonly do: 'sweepLeases' | 'sweepDeadlines' | 'pause' | 'resume' | 'elapse' | 'trouble' | 'loseTickets' | 'makeTickets' }

/** A worker that was given a generation, and what it knows of it. */
export interface Hand extends Hold {
  readonly owner: string
  readonly wanted: number
  readonly decided: Set<number>
  /** Calls it has begun and heard nothing of. */
  readonly waiting: Map<string, { readonly index: number; readonly slot: number | null }>
  /** Calls that were answered, by output. */
  readonly answered: Map<number, string>
  lastNumber: number
}

/** What the deciding needs besides the model. */
export interface Scene {
  readonly picture: Picture
  readonly hands: readonly Hand[]
  readonly workers: readonly { readonly owner: string; readonly cursor: string }[]
  readonly letterOrder: readonly string[]
  readonly prefix: string
}

type WishOf<Do extends Wish['do']> = Extract<Wish, { do: Do }>

/** Empty when there is nothing it could be about. */
export function decide(wish: Wish, scene: Scene): Call[] {
  const { picture } = scene
  switch (wish.do) {
    case 'submit': {
      const { pick, key, ...asked } = wish
      return [{ ...asked, account: choose(Object.keys(picture.accounts), pick)!, key: key === null ? null : `key-${key}` }]
    }
    case 'claim': {
      const ticket = choose([...new Set(picture.tickets)], wish.pick) ?? null
      return [{ do: 'claim', ...scene.workers[wish.worker % scene.workers.length]!, ticket, used: wish.used }]
    }
    case 'call': return withHand(scene, wish, beginCall)
    case 'answer': return decideAnswer(scene, wish)
    case 'output': return withHand(scene, wish, (hand) => decideOutputs(hand, wish.how, 1))
    case 'finish': return withHand(scene, wish, (hand) => (wish.stale || hand.decided.size === hand.wanted ? [{ do: 'finish', ...holdOf(hand) }] : []))
    case 'complete': return withHand(scene, { ...wish, stale: false }, (hand) => [...decideOutputs(hand, wish.how), { do: 'finish', ...holdOf(hand) }])
    case 'beat': case 'handBack': case 'leave': return withHand(scene, wish, (hand) => [{ do: wish.do, ...holdOf(hand) }])
    case 'lapse': return about(picture, wish, ({ status }) => status === 'running')
    case 'late': return about(picture, wish, isOpen)
    // Mostly one that is open; now and then one that has ended.
    case 'cancel': return about(picture, wish, wish.pick % 5 === 0 ? () => true : isOpen)
    case 'retry': return decideLetter(picture, wish).map((letter) => ({ do: 'retry', letter, waived: wish.waived, fewer: wish.fewer }))
    case 'discard': return decideLetter(picture, wish).map((letter) => ({ do: 'discard', letter }))
    case 'workBatch': return decideBatch(picture, wish.pick).map((batch) => ({ do: 'workBatch', batch, order: scene.letterOrder }))
    case 'stopBatch': return decideBatch(picture, wish.pick).map((batch) => ({ do: 'stopBatch', batch }))
    case 'stray': return [{ do: 'stray', message: `${scene.prefix} says ${wish.pick % 3}` }]
    case 'startBatch': case 'limit': case 'lane': case 'relay': case 'sweepLeases': case 'sweepDeadlines': case 'pause': case 'resume': case 'elapse': case 'trouble':
    case 'loseTickets': case 'makeTickets':
      return [wish]
  }
}

/** The worker that has the generation; or one that had it, or any other. */
function withHand({ picture, hands }: Scene, { pick, stale }: { pick: number; stale: boolean }, then: (hand: Hand, picture: Picture) => Call[]): Call[] {
  const live = hands.filter((hand) => isLive(picture, hand))
  const old = hands.filter((hand) => !isLive(picture, hand))
  const of = choose(live, pick)
  // A zombie of the very same generation, where there is one; or at least of one that somebody else has.
  const same = old.filter(({ generation }) => generation === of?.generation)
  const rivals = old.filter(({ generation }) => picture.generations[generation]!.status === 'running')
  const hand = stale ? choose([same, rivals, old].find(({ length }) => length > 0) ?? [], pick) : of
  return hand === undefined ? [] : then(hand, picture)
}

export function isLive({ generations }: Picture, { generation, token }: Hold): boolean {
  return generations[generation]!.status === 'running' && generations[generation]!.token === token
}

function holdOf({ generation, token }: Hand): Hold {
  return { generation, token }
}

function missing({ wanted, decided }: Hand): number[] {
  return Array.from({ length: wanted }, (_, index) => index).filter((index) => !decided.has(index))
}

function beginCall(hand: Hand): Call[] {
  const busy = new Set([...hand.waiting.values()].map(({ index }) => index))
  const index = missing(hand).find((each) => !busy.has(each))
  if (index === undefined) return []
  hand.lastNumber += 1
  return [{ do: 'call', ...holdOf(hand), attempt: newId(), index, number: hand.lastNumber }]
}

/** An answer comes for any call, however long nobody cares about it any more. Nobody hears one twice. */
function decideAnswer({ hands }: Scene, { pick, how }: WishOf<'answer'>): Call[] {
  const waiting = hands.flatMap((hand) => [...hand.waiting].map(([attempt, { slot }]) => ({ hand, attempt, slot })))
  const chosen = choose(waiting, pick)
  if (chosen === undefined) return []
  const { hand, attempt, slot } = chosen
  const { index } = hand.waiting.get(attempt)!
  hand.waiting.delete(attempt)
  if (how === 'result') hand.answered.set(index, attempt)
  return [{ do: 'answer', ...holdOf(hand), attempt, slot, how }]
}

function decideOutputs(hand: Hand, how: 'stored' | 'failed' | 'spoiled', max = Infinity): Call[] {
  return missing(hand).slice(0, max).map((index) => {
    hand.decided.add(index)
    return { do: 'output', ...holdOf(hand), index, how, attempt: hand.answered.get(index) ?? null }
  })
}

function about(picture: Picture, { do: what, pick }: WishOf<'lapse' | 'late' | 'cancel'>, which: (generation: Generation) => boolean): Call[] {
  const chosen = choose(Object.entries(picture.generations).filter(([, generation]) => which(generation)), pick)
  return chosen === undefined ? [] : [{ do: what, generation: chosen[0] }]
}

/** Mostly one that is open. */
function decideLetter({ letters }: Picture, { pick }: { pick: number }): string[] {
  const open = Object.keys(letters).filter((key) => letters[key]!.state === 'open')
  const key = choose(pick % 5 === 0 || open.length === 0 ? Object.keys(letters) : open, pick)
  return key === undefined ? [] : [key]
}

function decideBatch({ batches }: Picture, pick: number): string[] {
  const running = Object.keys(batches).filter((id) => batches[id]!.state === 'running')
  const id = choose(running.length > 0 ? running : Object.keys(batches), pick)
  return id === undefined ? [] : [id]
}

export function choose<T>(from: readonly T[], pick: number): T | undefined {
  return from.length === 0 ? undefined : from[pick % from.length]
}
