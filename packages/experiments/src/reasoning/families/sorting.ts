import type { ReasoningFamily } from './family.ts'

const OBJECTS = ['a', 'b', 'c', 'd', 'e', 'f']

/**
 * A plan of swaps that brings the first `size` of six objects to the front of a row, in order: for each place, how far
 * away the object is that belongs there (1 = it is there already). Step t plans one swap; its state is the plan so far
 * and the rest of the row after these swaps.
 */
export const sorting: ReasoningFamily = {
  name: 'sorting',
  about: 'a plan of swaps that puts a row of six objects in order, from the front',
  words: [...OBJECTS, ...OBJECTS.map((_, i) => String(i + 1)), ...OBJECTS.slice(1).map((_, i) => `×${i + 1}`)],
  maxSize: OBJECTS.length - 1,
  rlSizes: [3, 4],
  answers: 720,
  problem(random, size) {
    let rest = random.shuffle([...OBJECTS])
    const question = [...rest, `×${size}`]
    const plan: string[] = []
    const states: string[][] = []
    for (let step = 0; step < size; step++) {
      const at = rest.indexOf(OBJECTS[step])
      plan.push(String(at + 1))
      rest = rest.map((object, i) => (i === at ? rest[0] : object)).slice(1)
      states.push([...plan, ...rest])
    }
    return { question, states }
  },
}
