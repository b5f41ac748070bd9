import type { ReasoningFamily } from './family.ts'

const BASE = 10

/**
 * Sums of two numbers of `size` digits, as written by hand one under the other: the question has one word per column,
 * lowest digits first. Step t adds column t: the state is the sum of the last t digits of both, carry included.
 */
export const addition: ReasoningFamily = {
  name: 'addition',
  about: 'sums of two numbers of up to 6 digits, column by column',
  words: [
    ...Array.from({ length: BASE * BASE }, (_, i) => `${Math.floor(i / BASE)}+${i % BASE}`),
    ...Array.from({ length: BASE }, (_, i) => String(i)),
  ],
  maxSize: 6,
  rlSizes: [2, 3, 4],
  answers: 2 * BASE ** 6 - 1,
  problem(random, size) {
    const question: string[] = []
    const states: string[][] = []
    let low: string[] = []
    let carry = 0
    for (let column = 0; column < size; column++) {
      const [a, b] = [random.integer(BASE), random.integer(BASE)]
      question.push(`${a}+${b}`)
      const sum = a + b + carry
      carry = Math.floor(sum / BASE)
      low = [String(sum % BASE), ...low]
      states.push([String(carry), ...low])
    }
    return { question, states }
  },
}
