import type { Random } from '@nanoalign/kernels'
import type { ReasoningFamily } from './family.ts'

const apply = (operator: string, a: number, b: number) => (operator === '+' ? a + b : a * b) % 10

/** A random expression of `size` operators, operator first: `+ 3 * 4 2`. */
function expression(random: Random, size: number): string[] {
  if (size === 0) return [String(random.integer(10))]
  const left = random.integer(size)
  return [random.uniform() < 0.5 ? '+' : '*', ...expression(random, left), ...expression(random, size - 1 - left)]
}

/** Replaces the first operator that stands before two digits by its value. */
function reduce(words: string[]): string[] {
  const digit = (word: string) => word !== '+' && word !== '*'
  const at = words.findIndex((word, i) => !digit(word) && digit(words[i + 1]) && digit(words[i + 2]))
  const value = apply(words[at], Number(words[at + 1]), Number(words[at + 2]))
  return [...words.slice(0, at), String(value), ...words.slice(at + 3)]
}

/** Nested expressions modulo 10, in Polish notation; each step works out the first innermost operator. */
export const expressions: ReasoningFamily = {
  name: 'expressions',
  about: 'nested sums and products modulo 10, innermost first',
  words: [...Array.from({ length: 10 }, (_, i) => String(i)), '+', '*'],
  maxSize: 5,
  rlSizes: [2, 3, 4],
  answers: 10,
  problem(random, size) {
    const question = expression(random, size)
    const states: string[][] = []
    for (let words = question; words.length > 1; ) {
      words = reduce(words)
      states.push(words)
    }
    return { question, states }
  },
}
