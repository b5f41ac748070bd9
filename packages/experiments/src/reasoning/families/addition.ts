import type { ReasoningFamily } from './family.ts'

const DIGITS = Array.from({ length: 10 }, (_, digit) => digit)
const tens = (digit: number) => (digit === 0 ? '00' : String(10 * digit))
/** 47 is written `7 40`: ones first, as sums are done by hand. */
const written = (value: number) => [String(value % 10), tens(Math.floor(value / 10))]

/** Two-digit numbers added up one after the other, without the hundreds: `7 40 +5 +80` comes to `2 30`. */
export const addition: ReasoningFamily = {
  name: 'addition',
  about: 'two-digit numbers added up one after the other, ones and tens, without the hundreds',
  words: DIGITS.flatMap((digit) => [String(digit), tens(digit), `+${digit}`, `+${tens(digit)}`]),
  maxSize: 6,
  rlSizes: [2, 3, 4],
  answers: 100,
  problem(random, size) {
    let value = random.integer(100)
    const question = written(value)
    const states: string[][] = []
    for (let step = 0; step < size; step++) {
      const term = random.integer(100)
      question.push(...written(term).map((word) => `+${word}`))
      value = (value + term) % 100
      states.push(written(value))
    }
    return { question, states }
  },
}
