import type { ReasoningFamily } from './family.ts'

/** Width and height of the field, whose edges meet. */
const SIDE = 6
const HEADINGS = ['↑', '→', '↓', '←']
const ORDERS = ['left', 'right', 'go1', 'go2', 'go3']
const numbers = Array.from({ length: SIDE }, (_, i) => i)

/**
 * The plan that brings a robot home: so many fields east, then so many north. It is told to turn and to go; each order
 * changes the way it looks, or one part of the plan: `↑ 2e 5n right go3` comes to `→ 5e 5n`.
 */
export const homing: ReasoningFamily = {
  name: 'homing',
  about: 'the way home of a robot that turns and goes on a field whose edges meet, planned anew after each order',
  words: [...HEADINGS, ...ORDERS, ...numbers.flatMap((n) => [`${n}e`, `${n}n`])],
  maxSize: 8,
  rlSizes: [3, 4, 5, 6],
  answers: HEADINGS.length * SIDE * SIDE,
  problem(random, size) {
    let [heading, east, north] = [random.integer(HEADINGS.length), random.integer(SIDE), random.integer(SIDE)]
    const state = () => [HEADINGS[heading], `${east}e`, `${north}n`]
    const question = state()
    const states: string[][] = []
    for (let step = 0; step < size; step++) {
      const order = random.integer(ORDERS.length)
      const fields = order - 1
      if (order < 2) heading = (heading + (order === 0 ? 3 : 1)) % 4
      // what was gone towards home is no longer to go
      else if (heading % 2 === 1) east = (east + SIDE + (heading === 1 ? -fields : fields)) % SIDE
      else north = (north + SIDE + (heading === 0 ? -fields : fields)) % SIDE
      question.push(ORDERS[order])
      states.push(state())
    }
    return { question, states }
  },
}
