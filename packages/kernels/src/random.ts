// The project's only source of randomness: threefry-2x32 with 20 rounds, a counter-based generator
// (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC 2011). A draw is a pure function of
// (seed, stream, counter), so it needs no state to resume and is the same in TypeScript and in WGSL.

const ROTATIONS = [13, 15, 26, 6, 17, 29, 16, 24] as const
const PARITY = 0x1bd11bda

/**
 * The threefry-2x32-20 block function: (key0, key1, counter0, counter1) → two 32-bit words.
 * Writes them to `out[0..1]` (unsigned).
 */
export function threefry2x32(key0: number, key1: number, counter0: number, counter1: number, out: Uint32Array): void {
  const keys = [key0, key1, PARITY ^ key0 ^ key1]
  let x0 = (counter0 + key0) | 0
  let x1 = (counter1 + key1) | 0
  for (let group = 0; group < 5; group++) {
    const first = (group & 1) * 4
    for (let round = 0; round < 4; round++) {
      const rotation = ROTATIONS[first + round]
      x0 = (x0 + x1) | 0
      x1 = ((x1 << rotation) | (x1 >>> (32 - rotation))) ^ x0
    }
    x0 = (x0 + keys[(group + 1) % 3]) | 0
    x1 = (x1 + keys[(group + 2) % 3] + group + 1) | 0
  }
  out[0] = x0
  out[1] = x1
}

/** The same function in WGSL: `fn threefry2x32(key: vec2u, counter: vec2u) -> vec2u`, and `uniform01(u32) -> f32`. */
export const RANDOM_WGSL = /* wgsl */ `
fn threefry_round(x: vec2u, rotation: u32) -> vec2u {
  let a = x.x + x.y;
  return vec2u(a, ((x.y << rotation) | (x.y >> (32u - rotation))) ^ a);
}
// threefry-2x32, 20 rounds; see random.ts
fn threefry2x32(key: vec2u, counter: vec2u) -> vec2u {
  let key2 = 0x1bd11bdau ^ key.x ^ key.y;
  var x = counter + key;
  x = threefry_round(threefry_round(threefry_round(threefry_round(x, 13u), 15u), 26u), 6u) + vec2u(key.y, key2 + 1u);
  x = threefry_round(threefry_round(threefry_round(threefry_round(x, 17u), 29u), 16u), 24u) + vec2u(key2, key.x + 2u);
  x = threefry_round(threefry_round(threefry_round(threefry_round(x, 13u), 15u), 26u), 6u) + vec2u(key.x, key.y + 3u);
  x = threefry_round(threefry_round(threefry_round(threefry_round(x, 17u), 29u), 16u), 24u) + vec2u(key.y, key2 + 4u);
  x = threefry_round(threefry_round(threefry_round(threefry_round(x, 13u), 15u), 26u), 6u) + vec2u(key2, key.x + 5u);
  return x;
}
// [0, 1) with 24 bits, exactly representable in f32
fn uniform01(bits: u32) -> f32 { return f32(bits >> 8u) * 0x1p-24; }
`

/** FNV-1a, 32 bit: turns a stream's name into the second key word. */
export function hashName(name: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193)
  return hash >>> 0
}

/**
 * A stream of random numbers, fixed by `seed` (a 32-bit integer) and a stream name that says what they are for
 * (`new Random(seed, 'corpus')`): streams of different names are independent, so adding a draw in one place
 * never shifts the draws of another.
 */
export class Random {
  readonly #key0: number
  readonly #key1: number
  readonly #block = new Uint32Array(2)
  #counter = 0
  #left = 0

  constructor(seed: number, stream: string) {
    if (!Number.isInteger(seed) || seed < 0 || seed > 0xffffffff)
      throw new RangeError(`Random: seed is ${seed} but must be an integer from 0 to 4294967295`)
    this.#key0 = seed | 0
    this.#key1 = hashName(stream) | 0
  }

  /** The next 32 random bits. */
  uint32(): number {
    if (this.#left === 0) {
      // the counter is a 53-bit integer split over the two counter words
      threefry2x32(this.#key0, this.#key1, this.#counter | 0, Math.floor(this.#counter / 2 ** 32) | 0, this.#block)
      this.#counter++
      this.#left = 2
    }
    return this.#block[2 - this.#left--]
  }

  /** Uniform in [0, 1), 53 bits. */
  uniform(): number {
    const high = this.uint32() >>> 5
    const low = this.uint32() >>> 6
    return (high * 2 ** 26 + low) * 2 ** -53
  }

  /** Uniform integer in [0, n), without modulo bias beyond 2⁻⁵³·n. */
  integer(n: number): number {
    if (!Number.isInteger(n) || n < 1) throw new RangeError(`Random.integer: n is ${n} but must be a positive integer`)
    return Math.floor(this.uniform() * n)
  }

  /** Standard normal, Box–Muller (one of the pair; the other is dropped so that draws stay aligned). */
  normal(): number {
    return Math.sqrt(-2 * Math.log(1 - this.uniform())) * Math.cos(2 * Math.PI * this.uniform())
  }

  /** Shuffles in place (Fisher–Yates) and returns the same array. */
  shuffle<A extends { length: number; [index: number]: unknown }>(array: A): A {
    for (let i = array.length - 1; i > 0; i--) {
      const j = this.integer(i + 1)
      const held = array[i]
      array[i] = array[j]
      array[j] = held
    }
    return array
  }

  /** An index drawn with probability proportional to its step in `cumulative` (non-decreasing, last entry = total). */
  fromCumulative(cumulative: ArrayLike<number>): number {
    const target = this.uniform() * cumulative[cumulative.length - 1]
    let low = 0
    let high = cumulative.length - 1
    while (low < high) {
      const middle = (low + high) >> 1
      if (cumulative[middle] > target) high = middle
      else low = middle + 1
    }
    return low
  }
}

/** Cumulative sums of `weights`, for {@link Random.fromCumulative}. */
export function cumulativeSums(weights: ArrayLike<number>): Float64Array {
  const sums = new Float64Array(weights.length)
  let total = 0
  for (let i = 0; i < weights.length; i++) sums[i] = total += weights[i]
  return sums
}
