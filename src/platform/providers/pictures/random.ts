/** A stream of numbers that is the same for the same seed, on every machine. */
export interface Random {
  /** From 0 up to, not including, 1. */
  next(): number
  between(low: number, high: number): number
  /** A whole number, both ends included. */
  whole(low: number, high: number): number
  chance(probability: number): boolean
  pick<Item>(items: readonly Item[]): Item
}

/** Mulberry32: small, fast, and good enough for pictures. Not for secrets. */
export function randomFrom(seed: number): Random {
  let state = seed >>> 0
  function next(): number {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000
  }
  function between(low: number, high: number): number {
    return low + (high - low) * next()
  }
  function whole(low: number, high: number): number {
    return Math.floor(between(low, high + 1))
  }
  function pick<Item>(items: readonly Item[]): Item {
    const item = items[Math.floor(next() * items.length)]
    if (item === undefined) throw new RangeError('nothing to pick from')
    return item
  }
  return { next, between, whole, pick, chance: (probability) => next() < probability }
}

/** FNV-1a: a seed from a text. */
export function seedFrom(text: string): number {
  let hash = 0x811c9dc5
  for (let index = 0; index < text.length; index += 1) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193)
  return hash >>> 0
}

export type Noise = (x: number, y: number) => number

/** Smooth noise over the plane, 0 to 1, with one bump a unit. */
export function noiseFrom(random: Random): Noise {
  const lattice = Float32Array.from({ length: 1024 }, () => random.next())
  const at = (x: number, y: number): number => lattice[(Math.imul(x, 0x2545f) ^ Math.imul(y, 0x1f7b3) ^ (Math.imul(x + y, 0x9e37) >> 5)) & 1023]!
  return (x, y) => {
    const left = Math.floor(x)
    const top = Math.floor(y)
    const across = ease(x - left)
    const down = ease(y - top)
    const upper = at(left, top) + (at(left + 1, top) - at(left, top)) * across
    const lower = at(left, top + 1) + (at(left + 1, top + 1) - at(left, top + 1)) * across
    return upper + (lower - upper) * down
  }
}

/** Several sizes of the same noise on top of each other: clouds, rock, water. 0 to 1. */
export function layered(noise: Noise, octaves: number): Noise {
  return (x, y) => {
    let sum = 0
    let weight = 0.5
    let total = 0
    let scale = 1
    for (let octave = 0; octave < octaves; octave += 1) {
      sum += noise(x * scale + octave * 17.3, y * scale - octave * 9.1) * weight
      total += weight
      weight *= 0.5
      scale *= 2.03
    }
    return sum / total
  }
}

function ease(t: number): number {
  return t * t * t * (t * (t * 6 - 15) + 10)
}
