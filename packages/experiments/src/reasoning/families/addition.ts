import type { ReasoningFamily } from './family.ts'

const DIGITS = Array.from({ length: 10 }, (_, digit) => digit)
const tens = (digit: number) => (digit === 0 ? '00' : String(10 * digit))
/** 47 is written `7 40`: ones first, as sums are done by hand. */
const written = (value: number) => [String(value % 10), tens(Math.floor(value / 10))]

/** A two-digit number to which ones or tens are added, one term after the other, without the hundreds: `7 40 +5 +80` comes to `2 30`. */
export const addition: ReasoningFamily = {
  name: 'addition',
  about: 'ones and tens added to a two-digit number one after the other, with carries, without the hundreds',
  words: DIGITS.flatMap((digit) => [
    String(digit),
    tens(digit),
    ...(digit > 0 ? [`+${digit}`, `+${tens(digit)}`] : []),
  ]),
  maxSize: 8,
  rlSizes: [3, 4, 5, 6],
  answers: 100,
  problem(random, size) {
    let value = random.integer(100)
    const question = written(value)
    const states: string[][] = []
    for (let step = 0; step < size; step++) {
      const term = (1 + random.integer(9)) * (random.uniform() < 0.5 ? 1 : 10)
      question.push(`+${term}`)
      value = (value + term) % 100
      states.push(written(value))
    }
    return { question, states }
  },
}
