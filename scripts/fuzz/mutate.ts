// Seeded damage to files and texts: what a fuzzer gives to a reader. The same seed and round give the same bytes.

import { Random } from '../../packages/kernels/src/random.ts'

export type Dice = (below: number) => number

export function diceOf(seed: number, round: number): Dice {
  const random = new Random(seed, `fuzz ${round}`)
  return (below) => Math.floor(random.uniform() * below)
}

const pick = <T>(dice: Dice, list: readonly T[]): T => list[dice(list.length)]

const BYTES = [0, 1, 0x7f, 0x80, 0xff, 0x20, 0x22, 0x2c, 0x2d, 0x2e, 0x2f, 0x30, 0x39, 0x5b, 0x5c, 0x5d, 0x7b, 0x7d]

/** One to four damages to the bytes of a sample: bits, runs, lengths, pieces of another sample. */
export function damageBytes(dice: Dice, samples: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  let bytes = Uint8Array.from(pick(dice, samples))
  for (let count = 1 + dice(4); count > 0; count--) {
    const at = dice(bytes.length + 1)
    const end = at + dice(Math.min(64, bytes.length - at + 1))
    const insert = (middle: Uint8Array, after = at) => join(bytes.subarray(0, at), middle, bytes.subarray(after))
    switch (dice(9)) {
      case 0:
        if (at < bytes.length) bytes[at] ^= 1 << dice(8)
        break
      case 1:
        if (at < bytes.length) bytes[at] = pick(dice, BYTES)
        break
      case 2:
        bytes = insert(new Uint8Array(0), end)
        break
      case 3:
        bytes = insert(Uint8Array.of(pick(dice, BYTES)))
        break
      case 4:
        bytes = bytes.slice(0, at)
        break
      case 5:
        bytes = insert(bytes.slice(at, end))
        break
      case 6:
        bytes = insert(new Uint8Array(1 + dice(40)).fill(pick(dice, BYTES)))
        break
      case 7: {
        const other = pick(dice, samples)
        const from = dice(other.length + 1)
        bytes = insert(other.subarray(from, from + dice(200)), end)
        break
      }
      default: {
        // the first bytes hold lengths and magic numbers
        const near = dice(Math.min(16, bytes.length))
        if (near < bytes.length) bytes[near] = dice(256)
      }
    }
  }
  return bytes
}

const WORDS = [
  '', ' ', '\n', '\u0000', '\u001b[2J', '..', '../../../etc/passwd', '/etc/passwd', 'C:\\', '__proto__', 'constructor',
  'toString', 'prototype', 'null', 'NaN', '-1', '0', '1e999', '99999999999999999999', '0x7fffffff', '-0', '1.5', 'true',
  '%00', '%2e%2e%2f', '%', '&', '=', ';', ',', ',,', '#', '<script>alert(1)</script>', "'\"`", '&a', '*a', '<<: *a',
  '!!js/function x', '? ', '- - - ', '{', '}', '[', ']', '{}', '[]', '|', '>', '---', '...', '\u202e', '\ud800', '💥',
] // biome-ignore format: a list of words

/** One to four damages to a text by its words: some gone, doubled, or in the place of others. */
export function damageText(dice: Dice, samples: readonly string[]): string {
  const parts = pick(dice, samples).split(/(?<=\W)|(?=\W)/)
  for (let count = 1 + dice(4); count > 0; count--) {
    const at = dice(parts.length + 1)
    switch (dice(6)) {
      case 0:
        parts.splice(at, 1 + dice(8))
        break
      case 1:
        parts.splice(at, 0, pick(dice, WORDS))
        break
      case 2:
        parts.splice(at, 1, pick(dice, WORDS))
        break
      case 3:
        parts.splice(at, 1, pick(dice, parts) ?? '')
        break
      case 4:
        parts.splice(at, 0, ...parts.slice(at, at + dice(20)))
        break
      default:
        parts.splice(at, 0, pick(dice, WORDS).repeat(1 + dice(dice(20) === 0 ? 2000 : 5)))
    }
  }
  return parts.join('')
}

const VALUES: unknown[] = [
  null, true, false, 0, -1, 1, 0.5, 2 ** 31, 2 ** 32, 2 ** 53, -(2 ** 53), 1e308, 5e-324, '', 'x', '1', '__proto__', [], {},
  [[]], [null], { x: 1 }, { __proto__: null, length: 1e9 }, { length: 4294967295 }, '../../x', 'a'.repeat(500),
] // biome-ignore format: a list of values

/** One to three damages to a JSON value by its structure: other values, names gone, doubled or renamed, deep nesting. */
export function damageJson(dice: Dice, samples: readonly string[]): string {
  const root: unknown[] = [JSON.parse(pick(dice, samples))]
  for (let count = 1 + dice(3); count > 0; count--) {
    const { parent, name } = somewhere(dice, root)
    const value = parent[name]
    switch (dice(8)) {
      case 0:
      case 1:
        parent[name] = structuredClone(pick(dice, VALUES))
        break
      case 2:
        if (Array.isArray(parent)) parent.splice(Number(name), 1)
        else delete parent[name]
        break
      case 3: {
        const other = somewhere(dice, root)
        parent[name] = copy(other.parent[other.name])
        break
      }
      case 4:
        if (typeof value === 'number') parent[name] = pick(dice, [value + 1, -value, value * 1e6, value / 3, 1e300])
        else if (typeof value === 'string') parent[name] = damageText(dice, [value])
        else if (Array.isArray(value)) parent[name] = [...value, ...value]
        break
      case 5:
        if (Array.isArray(parent)) parent.push(copy(value))
        else
          Object.defineProperty(parent, pick(dice, WORDS), {
            value: copy(value),
            enumerable: true,
            configurable: true,
            writable: true,
          })
        break
      case 6: {
        let nested: unknown = 0
        for (let depth = dice(dice(30) === 0 ? 5000 : 20); depth > 0; depth--)
          nested = dice(2) ? [nested] : { x: nested }
        parent[name] = nested
        break
      }
      default: {
        const other = somewhere(dice, root)
        ;[parent[name], other.parent[other.name]] = [other.parent[other.name], value]
      }
    }
  }
  try {
    return JSON.stringify(root[0]) ?? 'null'
  } catch {
    return '[' // a ring, made by the exchange, or too deep
  }
}

function copy(value: unknown): unknown {
  try {
    return structuredClone(value)
  } catch {
    return null // too deep
  }
}

type Place = { parent: Record<string, unknown>; name: string }

function somewhere(dice: Dice, root: unknown[]): Place {
  let place: Place = { parent: root as never, name: '0' }
  for (let depth = dice(12); depth > 0; depth--) {
    const value = place.parent[place.name]
    if (typeof value !== 'object' || value === null) break
    const names = Object.keys(value)
    if (names.length === 0) break
    place = { parent: value as never, name: pick(dice, names) }
  }
  return place
}

function join(...parts: Uint8Array[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const part of parts) {
    bytes.set(part, at)
    at += part.length
  }
  return bytes
}
