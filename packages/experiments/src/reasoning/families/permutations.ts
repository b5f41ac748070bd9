import type { ReasoningFamily } from './family.ts'

const OBJECTS = ['a', 'b', 'c', 'd', 'e']
const SWAPS = OBJECTS.flatMap((_, i) => OBJECTS.slice(i + 1).map((_, j) => [i, i + 1 + j]))

/** Five objects and a plan of swaps of places: where does everything end up? */
export const permutations: ReasoningFamily = {
  name: 'permutations',
  about: 'the order of five objects after a plan of swaps',
  words: [...OBJECTS, ...SWAPS.map(([i, j]) => `${i + 1}↔${j + 1}`)],
  maxSize: 6,
  rlSizes: [3, 4],
  answers: 120,
  problem(random, size) {
    let order = random.shuffle([...OBJECTS])
    const question = [...order]
    const states: string[][] = []
    for (let step = 0; step < size; step++) {
      const [i, j] = SWAPS[random.integer(SWAPS.length)]
      question.push(`${i + 1}↔${j + 1}`)
      order = [...order]
      ;[order[i], order[j]] = [order[j], order[i]]
      states.push(order)
    }
    return { question, states }
  },
}
