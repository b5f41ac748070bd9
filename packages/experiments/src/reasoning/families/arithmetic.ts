import type { ReasoningFamily } from './family.ts'

/** Large enough that guessing many times does not look like knowing. */
const MODULUS = 31
const OPERATIONS = [
  ...Array.from({ length: 9 }, (_, i) => ({ word: `+${i + 1}`, apply: (x: number) => (x + i + 1) % MODULUS })),
  ...[2, 3].map((factor) => ({ word: `×${factor}`, apply: (x: number) => (x * factor) % MODULUS })),
]

/** A chain of sums and products modulo 31; every step can be undone, so no step erases the ones before it. */
export const arithmetic: ReasoningFamily = {
  name: 'arithmetic',
  about: 'a chain of sums and products modulo 31',
  words: [...Array.from({ length: MODULUS }, (_, i) => String(i)), ...OPERATIONS.map(({ word }) => word)],
  maxSize: 8,
  rlSizes: [3, 4, 5, 6],
  answers: MODULUS,
  problem(random, size) {
    let value = random.integer(MODULUS)
    const question = [String(value)]
    const states: string[][] = []
    for (let step = 0; step < size; step++) {
      // sums and products equally often
      const sum = random.uniform() < 0.5
      const operation = OPERATIONS[sum ? random.integer(9) : 9 + random.integer(OPERATIONS.length - 9)]
      value = operation.apply(value)
      question.push(operation.word)
      states.push([String(value)])
    }
    return { question, states }
  },
}
